import { SallyportError, type SallyportErrorOptions } from './base.js';
import { branded } from './brand.js';

/**
 * An answer arrived and cannot be believed: it is never taken for an allow.
 *
 * @example
 * ```ts
 * import { ResponseError } from '@sallyport/core';
 *
 * const untrustworthy = (error: unknown): boolean => error instanceof ResponseError;
 * ```
 */
export class ResponseError extends SallyportError {
  static override readonly code: string = 'response';
  /** The answer's HTTP status, where there was one. */
  readonly status: number | undefined;

  static {
    branded(ResponseError, 'core', 'ResponseError');
  }

  constructor(message: string, options: SallyportErrorOptions & { readonly status?: number | undefined } = {}) {
    super(message, options);
    this.status = options.status;
  }
}

/**
 * The body is not what it claims to be: broken JSON, bytes that are not UTF-8, or no body at all.
 *
 * @example
 * ```ts
 * import { ResponseParseError } from '@sallyport/core';
 *
 * const broken = (error: unknown): boolean => error instanceof ResponseParseError;
 * ```
 */
export class ResponseParseError extends ResponseError {
  static override readonly code: string = 'response_parse';

  static {
    branded(ResponseParseError, 'core', 'ResponseParseError');
  }
}

/**
 * The body is JSON, and not of the shape the protocol documents (an unknown decision, a missing field).
 *
 * @example
 * ```ts
 * import { ResponseValidationError } from '@sallyport/core';
 *
 * const faultyField = (error: unknown) => (error instanceof ResponseValidationError ? error.path : undefined);
 * ```
 */
export class ResponseValidationError extends ResponseError {
  static override readonly code: string = 'response_validation';
  /** Where the first fault is: `approvals[2].status`; empty for the body as a whole. */
  readonly path: string;

  static {
    branded(ResponseValidationError, 'core', 'ResponseValidationError');
  }

  constructor(
    message: string,
    options: SallyportErrorOptions & { readonly status?: number | undefined; readonly path?: string } = {},
  ) {
    super(message, options);
    this.path = options.path ?? '';
  }
}

/**
 * The body, or one event of a stream, is larger than the client agreed to hold.
 *
 * @example
 * ```ts
 * import { ResponseTooLargeError } from '@sallyport/core';
 *
 * const limit = (error: unknown) => (error instanceof ResponseTooLargeError ? error.limitBytes : undefined);
 * ```
 */
export class ResponseTooLargeError extends ResponseError {
  static override readonly code: string = 'response_too_large';
  /** The limit that was passed, in bytes. */
  readonly limitBytes: number;

  static {
    branded(ResponseTooLargeError, 'core', 'ResponseTooLargeError');
  }

  constructor(
    message: string,
    options: SallyportErrorOptions & { readonly status?: number | undefined; readonly limitBytes: number },
  ) {
    super(message, options);
    this.limitBytes = options.limitBytes;
  }
}

/**
 * An event stream is not one, or ended where it could not be resumed.
 *
 * @example
 * ```ts
 * import { StreamError } from '@sallyport/core';
 *
 * const resumeFrom = (error: unknown) => (error instanceof StreamError ? error.lastEventId : undefined);
 * ```
 */
export class StreamError extends ResponseError {
  static override readonly code: string = 'response_stream';
  /** The id of the last event that was delivered; absent when none carried one. */
  readonly lastEventId: string | undefined;

  static {
    branded(StreamError, 'core', 'StreamError');
  }

  constructor(
    message: string,
    options: SallyportErrorOptions & {
      readonly status?: number | undefined;
      readonly lastEventId?: string | undefined;
    } = {},
  ) {
    super(message, options);
    this.lastEventId = options.lastEventId;
  }
}
