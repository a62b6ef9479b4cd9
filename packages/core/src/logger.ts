/**
 * Where a client writes what it does; `console` is one. Credentials are never among the fields.
 *
 * @example
 * ```ts
 * import type { Logger } from '@sallyport/core';
 *
 * const logger: Logger = { debug() {}, info() {}, warn: (message, fields) => process.emitWarning(`${message} ${JSON.stringify(fields)}`), error() {} };
 * ```
 */
export interface Logger {
  /** Every attempt that was answered. */
  debug(message: string, fields: Readonly<Record<string, unknown>>): void;
  /** Retries, with the error and the wait before the next attempt. */
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  /** What a user should look into. */
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  /** What went wrong for good. */
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}
