import type { ProfileName } from './documents/profiles/index.js';
import type { Mode } from './runtime.js';

/** How the Rampart dialect behaves. Everything is optional. */
export interface RampartOptions {
  /** @defaultValue `enforce` */
  readonly mode?: Mode;
  /** A policy file. Its policies win over the directory's of the same name. */
  readonly policyFile?: string;
  /** A directory of policy files, reloaded when they change. Rules that people add at run time are written there, else kept in the store. */
  readonly policyDirectory?: string;
  /** A built-in profile, used below the files; `none` for files alone. @defaultValue `standard` without a policy file, else `none` */
  readonly profile?: ProfileName | 'none';
  /**
   * The token that holds every scope.
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
