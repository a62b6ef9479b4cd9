import type { TransportHeaders } from '../transport/port.js';
import { SallyportError, type SallyportErrorOptions } from './base.js';
import { branded } from './brand.js';

/**
 * The body of an `application/problem+json` answer (RFC 9457), members that were absent or of the wrong type left out.
 *
 * @example
 * ```ts
 * import type { ProblemDetails } from '@sallyport/core';
 *
 * const problem: ProblemDetails = { type: 'about:blank', title: 'Conflict', status: 409 };
 * ```
 */
export interface ProblemDetails {
  /** A URI that names the kind of problem; `about:blank` when the server gave none. */
  readonly type: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly instance?: string;
  /** Members that RFC 9457 does not define. */
  readonly [extension: string]: unknown;
}

/**
 * What an {@link HttpError} is built from.
 *
 * @example
 * ```ts
 * import { HttpError, type HttpErrorOptions } from '@sallyport/core';
 *
 * const options: HttpErrorOptions = { status: 418, body: { error: 'teapot' } };
 * const error = new HttpError('The server is a teapot.', options);
 * ```
 */
export interface HttpErrorOptions extends SallyportErrorOptions {
  /** The status the server really sent. */
  readonly status: number;
  readonly headers?: TransportHeaders;
  /** The parsed body, or its text where it is not JSON. */
  readonly body?: unknown;
  readonly problem?: ProblemDetails | undefined;
  /** Milliseconds the server asked to wait (`Retry-After`). */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The server answered with an error status.
 *
 * @example
 * ```ts
 * import { HttpError } from '@sallyport/core';
 *
 * const statusOf = (error: unknown) => (error instanceof HttpError ? error.status : undefined);
 * ```
 */
export class HttpError extends SallyportError {
  static override readonly code: string = 'http';
  readonly status: number;
  readonly headers: TransportHeaders;
  /** The parsed body, or its text where it is not JSON. Not shown by `toJSON` or `inspect`. */
  readonly body: unknown;
  readonly problem: ProblemDetails | undefined;
  /** Milliseconds the server asked to wait; absent when it did not say. */
  readonly retryAfterMs: number | undefined;

  static {
    branded(HttpError, 'core', 'HttpError');
  }

  constructor(message: string, options: HttpErrorOptions) {
    super(message, options);
    this.status = options.status;
    this.headers = options.headers ?? {};
    this.body = options.body;
    this.problem = options.problem;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * 400: the server could not understand the request. Sending it again as it is will not help.
 *
 * @example
 * ```ts
 * import { BadRequestError } from '@sallyport/core';
 *
 * const matches = (error: unknown): boolean => error instanceof BadRequestError;
 * ```
 */
export class BadRequestError extends HttpError {
  static override readonly code: string = 'bad_request';

  static {
    branded(BadRequestError, 'core', 'BadRequestError');
  }
}

/**
 * 401: the credential is missing, unknown or expired.
 *
 * @example
 * ```ts
 * import { AuthenticationError } from '@sallyport/core';
 *
 * const matches = (error: unknown): boolean => error instanceof AuthenticationError;
 * ```
 */
export class AuthenticationError extends HttpError {
  static override readonly code: string = 'authentication';

  static {
    branded(AuthenticationError, 'core', 'AuthenticationError');
  }
}

/**
 * 403: the credential is known, but may not do this. A refusal by policy is a `PolicyDeniedError` instead.
 *
 * @example
 * ```ts
 * import { PermissionDeniedError } from '@sallyport/core';
 *
 * const matches = (error: unknown): boolean => error instanceof PermissionDeniedError;
 * ```
 */
export class PermissionDeniedError extends HttpError {
  static override readonly code: string = 'permission_denied';

  static {
    branded(PermissionDeniedError, 'core', 'PermissionDeniedError');
  }
}

/**
 * 404 or 410: there is no such thing at the server, or no longer.
 *
 * @example
 * ```ts
 * import { NotFoundError } from '@sallyport/core';
 *
 * const matches = (error: unknown): boolean => error instanceof NotFoundError;
 * ```
 */
export class NotFoundError extends HttpError {
  static override readonly code: string = 'not_found';

  static {
    branded(NotFoundError, 'core', 'NotFoundError');
  }
}

/**
 * 409: the request does not fit the present state, or the same idempotent call is still running.
 *
 * @example
 * ```ts
 * import { ConflictError } from '@sallyport/core';
 *
 * const matches = (error: unknown): boolean => error instanceof ConflictError;
 * ```
 */
export class ConflictError extends HttpError {
  static override readonly code: string = 'conflict';

  static {
    branded(ConflictError, 'core', 'ConflictError');
  }
}

/**
 * 422: the request was understood, and its content refused.
 *
 * @example
 * ```ts
 * import { UnprocessableError } from '@sallyport/core';
 *
 * const matches = (error: unknown): boolean => error instanceof UnprocessableError;
 * ```
 */
export class UnprocessableError extends HttpError {
  static override readonly code: string = 'unprocessable';

  static {
    branded(UnprocessableError, 'core', 'UnprocessableError');
  }
}

/**
 * 429: too many requests. `retryAfterMs` says how long the server wants to be left alone.
 *
 * @example
 * ```ts
 * import { RateLimitError } from '@sallyport/core';
 *
 * const matches = (error: unknown): boolean => error instanceof RateLimitError;
 * ```
 */
export class RateLimitError extends HttpError {
  static override readonly code: string = 'rate_limited';

  static {
    branded(RateLimitError, 'core', 'RateLimitError');
  }
}

/**
 * 5xx: the server failed, or something before it did.
 *
 * @example
 * ```ts
 * import { ServerError } from '@sallyport/core';
 *
 * const matches = (error: unknown): boolean => error instanceof ServerError;
 * ```
 */
export class ServerError extends HttpError {
  static override readonly code: string = 'server';

  static {
    branded(ServerError, 'core', 'ServerError');
  }
}

const BY_STATUS: ReadonlyMap<number, typeof HttpError> = new Map([
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [410, NotFoundError],
  [422, UnprocessableError],
  [429, RateLimitError],
]);

/** The class for a status: the exact one, `ServerError` for 5xx, else `HttpError` itself. */
export function httpErrorClass(status: number): typeof HttpError {
  return BY_STATUS.get(status) ?? (status >= 500 ? ServerError : HttpError);
}
