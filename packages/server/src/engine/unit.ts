/** What a column may hold. Anything else is refused before it reaches the driver. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** A row as the driver gives it: integers as numbers, blobs as bytes, no booleans. */
export type Row = Readonly<Record<string, SqlValue>>;

/** One read. SQL is written once for both stores: `?` placeholders, no vendor's functions. */
export interface Query {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** One write. With `expect`, the unit fails as a conflict unless exactly so many rows changed. */
export interface Statement extends Query {
  readonly expect?: number;
}

/** A record on its way into a chain. The columns are what every audit view filters by; `draft` is the formula's. */
export interface RecordDraft {
  readonly chain: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string;
  readonly session: string;
  /** The tool, or whatever the action was on. */
  readonly subject: string;
  /** What was decided: `allow`, `deny`, `approved`, … */
  readonly verdict: string;
  /** One id for everything that belongs to the same call: intent, approval, decision, outcome. */
  readonly link: string;
  readonly draft: unknown;
}

/** A record as it stands in the log. */
export interface SealedRecord extends Omit<RecordDraft, 'draft'> {
  /** Position in its chain, from 0. */
  readonly seq: number;
  /** The exact text that was hashed and is exported. */
  readonly text: string;
  readonly hash: string;
}

/** Something that listeners (event streams, waiting calls, notifications) hear about once it is on disk. */
export interface EngineEvent {
  readonly dialect: string;
  readonly type: string;
  readonly data: unknown;
}

/** What a unit wants done, all of it or nothing. */
export interface Decided<Answer> {
  readonly writes?: readonly Statement[];
  readonly records?: readonly RecordDraft[];
  readonly answer: Answer;
  /** Published after the commit, in order. */
  readonly events?: readonly EngineEvent[];
}

/** What is true for all units of one transaction. */
export interface Turn {
  /** Milliseconds since the epoch, from the engine's clock. */
  readonly now: number;
}

/**
 * A change of state: facts in, decision out. `decide` is pure and synchronous, so that units of one turn run in order
 * inside one transaction and never read facts that another is about to change.
 */
export interface Unit<Answer> {
  /** Every chain that `decide` may append to. PostgreSQL locks them, in sorted order, before anything is read. */
  readonly chains: readonly string[];
  /** Appends nothing, and so runs on damaged chains, too. */
  readonly readsOnly?: true;
  readonly load: readonly Query[];
  /** `facts[i]` are the rows of `load[i]`. Throwing refuses the unit: nothing of it is written. */
  readonly decide: (facts: readonly (readonly Row[])[], turn: Turn) => Decided<Answer>;
}

/** The one writer. Resolves when the unit is on disk. */
export interface Lane {
  run<Answer>(unit: Unit<Answer>): Promise<Answer>;
  /** Waits until everything queued is on disk, then takes nothing more. */
  drain(): Promise<void>;
}
