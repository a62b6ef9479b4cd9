import type { ApprovalDesk } from '../approvals/desk.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Outbound } from '../outbound/outbound.js';
import type { Store } from '../store/store.js';
import type { Credentials } from './credentials.js';
import type { EventBus } from './events.js';
import type { Lane } from './unit.js';

/**
 * Time as the engine knows it; tests move it by hand.
 *
 * @example
 * ```ts
 * import type { Clock } from '@sallyport/server';
 *
 * const frozen: Clock = { now: () => 0, monotonic: () => 0, after: () => ({ cancel() {} }) };
 * ```
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds that only ever grow, with fractions: for measuring. */
  monotonic(): number;
  /** Calls back once after so many milliseconds; never keeps the process alive. */
  after(ms: number, callback: () => void): Timer;
}

/**
 * Something that a {@link Clock} will call back for.
 *
 * @example
 * ```ts
 * import type { Clock, Timer } from '@sallyport/server';
 *
 * const remind = (clock: Clock): Timer => clock.after(60_000, () => console.log('a minute has passed'));
 * ```
 */
export interface Timer {
  /** Makes it call nobody back; harmless when it has already. */
  cancel(): void;
}

/**
 * Where ids come from.
 *
 * @example
 * ```ts
 * import type { Ids } from '@sallyport/server';
 *
 * let count = 0;
 * const counted: Ids = { ulid: () => String(++count).padStart(26, '0'), uuid: () => crypto.randomUUID() };
 * ```
 */
export interface Ids {
  /** A ULID for the given time (milliseconds since the epoch), growing within one millisecond. */
  ulid(at: number): string;
  /** A random UUID (version 4). */
  uuid(): string;
  /** Begins the sequence again. */
  reset?(): void;
}

/**
 * Random bytes, for secrets and salts.
 *
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * import type { Random } from '@sallyport/server';
 *
 * const random: Random = { bytes: (count) => randomBytes(count) };
 * ```
 */
export interface Random {
  /** So many bytes that nobody can foresee. */
  bytes(count: number): Buffer;
  /** Begins the sequence again, where there is a seed. */
  reset?(): void;
}

/**
 * The part of pino's logger that is used: fields first, message second.
 *
 * @example
 * ```ts
 * import { createGateway, type Log } from '@sallyport/server';
 *
 * const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
 * await createGateway({ log: silent });
 * ```
 */
export interface Log {
  /** What helps to follow what happens. */
  debug(fields: object, message: string): void;
  /** What is worth knowing in production. */
  info(fields: object, message: string): void;
  /** What somebody should look at. */
  warn(fields: object, message: string): void;
  /** What has failed. */
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
