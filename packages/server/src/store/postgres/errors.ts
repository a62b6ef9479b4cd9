import { StoreUnavailableError, UnitConflictError } from '../errors.js';

/** SQLSTATE classes and codes that speak of the server or the transaction, and not of the one statement. */
const UNAVAILABLE = /^(?:08|25|40|53|55|57|58|F0|XX)/;
const CONSTRAINT = /^23/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** What an error of the driver means to the lane. */
export function translated(error: unknown): unknown {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  // Without a SQLSTATE it never came from the server: the connection failed.
  if (typeof code !== 'string' || !SQLSTATE.test(code)) {
    if (error instanceof StoreUnavailableError) return error;
    return new StoreUnavailableError('The database cannot be reached.', { cause: error });
  }
  if (UNAVAILABLE.test(code)) {
    return new StoreUnavailableError(`The database does not answer (SQLSTATE ${code}).`, { cause: error });
  }
  if (CONSTRAINT.test(code)) return new UnitConflictError('The change contradicts what is stored.', { cause: error });
  return error;
}
