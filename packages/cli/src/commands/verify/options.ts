import type { DialectName } from '../../gateway/dialects.js';

/** What `verify` was told besides the targets. */
export interface VerifyOptions {
  readonly token?: string;
  readonly dialect?: DialectName;
  readonly remember?: string;
  readonly key?: string;
  readonly range?: boolean;
  readonly json?: boolean;
}
