import { SallyportError, type SallyportErrorOptions } from '@sallyport/core';
import { branded } from '@sallyport/core/internal';

/**
 * The database did not take a write or give an answer: disk full, read-only, connection lost. Nothing of the batch is
 * kept, and the same call may succeed later: HTTP 503.
 */
export class StoreUnavailableError extends SallyportError {
  static override readonly code: string = 'store_unavailable';

  static {
    branded(StoreUnavailableError, 'server', 'StoreUnavailableError');
  }
}

/** More is queued for the writer than it may hold; nothing was done: HTTP 503. */
export class OverloadedError extends StoreUnavailableError {
  static override readonly code: string = 'overloaded';

  static {
    branded(OverloadedError, 'server', 'OverloadedError');
  }
}

/** A guard did not hold, or a row exists already: somebody else was first. Nothing of the unit is kept: HTTP 409. */
export class UnitConflictError extends SallyportError {
  static override readonly code: string = 'conflict';

  static {
    branded(UnitConflictError, 'server', 'UnitConflictError');
  }
}

/** A value that no column can hold, such as a text with a NUL character. Found before anything is written: HTTP 400. */
export class UnstorableValueError extends SallyportError {
  static override readonly code: string = 'unstorable_value';
  /** Position among the statement's parameters, from 0. */
  readonly parameter: number;

  static {
    branded(UnstorableValueError, 'server', 'UnstorableValueError');
  }

  constructor(message: string, options: SallyportErrorOptions & { readonly parameter: number }) {
    super(message, options);
    this.parameter = options.parameter;
  }
}
