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
  debug(message: string, fields: Readonly<Record<string, unknown>>): void;
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}
