import { SallyportError } from '@sallyport/core';
import { branded } from '@sallyport/core/internal';
import { StoreUnavailableError } from '../store/errors.js';

/** The audit log on disk is not what was written: nothing may be appended to it, or told from it. */
export class LedgerDamagedError extends SallyportError {
  static override readonly code: string = 'ledger_damaged';

  static {
    branded(LedgerDamagedError, 'server', 'LedgerDamagedError');
  }
}

/** @param what - which chain, and what is wrong with it. */
export function damaged(what: string, cause?: unknown): LedgerDamagedError {
  return new LedgerDamagedError(
    `${what} Restore the database, or start on a new one and keep this one as evidence.`,
    cause === undefined ? {} : { cause },
  );
}

/** Nothing more goes into a chain that is known to be damaged, so nothing more is decided: HTTP 503. */
export class LedgerClosedError extends StoreUnavailableError {
  static override readonly code: string = 'ledger_damaged';

  static {
    branded(LedgerClosedError, 'server', 'LedgerClosedError');
  }
}

/** The audit log does not go on from the checkpoint that was kept outside of it: it was cut, rewritten or replaced. */
export class CheckpointMismatchError extends SallyportError {
  static override readonly code: string = 'checkpoint_mismatch';

  static {
    branded(CheckpointMismatchError, 'server', 'CheckpointMismatchError');
  }
}
