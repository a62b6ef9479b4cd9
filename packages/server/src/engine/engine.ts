import type { ApprovalDesk } from '../approvals/desk.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Outbound } from '../outbound/outbound.js';
import type { Store } from '../store/store.js';
import type { Credentials } from './credentials.js';
import type { EventBus } from './events.js';
import type { Lane } from './unit.js';

/** Time as the engine knows it; the tests move it by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds that only ever grow, with fractions: for measuring. */
  monotonic(): number;
  /** Calls back once after so many milliseconds; never keeps the process alive. */
  after(ms: number, callback: () => void): { cancel(): void };
}

/** Where ids come from; seeded under `--dev`. */
export interface Ids {
  /** A ULID for the given time (milliseconds since the epoch), growing within one millisecond. */
  ulid(at: number): string;
  uuid(): string;
  /** Begins the sequence again. */
  reset?(): void;
}

/** Random bytes, for secrets and salts. */
export interface Random {
  bytes(count: number): Buffer;
  /** Begins the sequence again, where there is a seed. */
  reset?(): void;
}

/** The part of pino's logger that is used; objects first, message second. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The engine room: what every dialect is handed, and all that it may touch. */
export interface Engine {
  readonly store: Store;
  readonly lane: Lane;
  readonly ledger: Ledger;
  readonly approvals: ApprovalDesk;
  readonly credentials: Credentials;
  readonly events: EventBus;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  /** A secret that the store keeps, sealed under the master key: made at the first asking, the same ever after. */
  secret(name: string, make: () => Uint8Array): Promise<Buffer>;
  /** True when the gateway was started for development and tests. */
  readonly dev: boolean;
}
