import type { ProfileName } from './documents/profiles/index.js';
/**
 * What a policy's decision does: `enforce` carries it out; `monitor` says what it would have been and lets the call
 * pass; `disabled` asks no policy.
 *
 * @example
 * ```ts
 * import { createGateway, type RampartMode } from '@sallyport/server';
 *
 * const mode: RampartMode = 'monitor';
 * await createGateway({ rampart: { mode } });
 * ```
 */
export type RampartMode = 'enforce' | 'monitor' | 'disabled';

/**
 * How the Rampart dialect behaves. Everything is optional.
 *
 * @example
 * ```ts
 * import { createGateway, type RampartOptions } from '@sallyport/server';
 *
 * const rampart: RampartOptions = { policyDirectory: './policies', approvalTimeoutMs: 5 * 60_000 };
 * await createGateway({ store: 'sqlite:gateway.db', rampart });
 * ```
 */
export interface RampartOptions {
  /** @defaultValue `enforce` */
  readonly mode?: RampartMode;
  /** A policy file. Its policies win over the directory's of the same name. */
  readonly policyFile?: string;
  /** A directory of policy files, reloaded when they change. Rules that people add at run time are written there, else kept in the store. */
  readonly policyDirectory?: string;
  /** A built-in profile, used below the files; `none` for files alone. @defaultValue `standard` without a policy file, else `none` */
  readonly profile?: ProfileName | 'none';
  /**
   * The token that holds every scope: at least 16 characters without blanks, and none that a gateway made for a client
   * (`rampart_…`).
   *
   * @defaultValue the one of an earlier start; a made one at the first start, told once in the gateway's `credentials`
   */
  readonly adminToken?: string;
  /** Milliseconds until an unanswered approval denies. @defaultValue 120,000 */
  readonly approvalTimeoutMs?: number;
  /** Where signed links lead. @defaultValue `http://localhost:<port>` */
  readonly resolveBaseUrl?: string;
  /** Serves the dialect's own `/metrics` to admins. @defaultValue `false` */
  readonly metrics?: boolean;
  /** The machine's name in audit events. @defaultValue the system's */
  readonly hostname?: string;
}
