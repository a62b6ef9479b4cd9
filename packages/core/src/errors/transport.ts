import { SallyportError, type SallyportErrorOptions } from './base.js';
import { branded } from './brand.js';

/**
 * No usable answer came back over the wire.
 *
 * @example
 * ```ts
 * import { TransportError } from '@sallyport/core';
 *
 * const unreachable = (error: unknown): boolean => error instanceof TransportError;
 * ```
 */
export class TransportError extends SallyportError {
  static override readonly code: string = 'transport';

  static {
    branded(TransportError, 'core', 'TransportError');
  }
}

/**
 * The server could not be reached, or it ended the connection before its answer was complete.
 *
 * @example
 * ```ts
 * import { ConnectionError } from '@sallyport/core';
 *
 * throw new ConnectionError('Could not reach http://127.0.0.1:9090.', { sent: false });
 * ```
 */
export class ConnectionError extends TransportError {
  static override readonly code: string = 'connection';
  /** False when no byte of the request left, so that the server cannot have acted on it. */
  readonly sent: boolean;
  /** The status of the answer that broke off; absent when none had come. */
  readonly status: number | undefined;

  static {
    branded(ConnectionError, 'core', 'ConnectionError');
  }

  constructor(
    message: string,
    options: SallyportErrorOptions & { readonly sent?: boolean; readonly status?: number | undefined } = {},
  ) {
    super(message, options);
    this.sent = options.sent ?? true;
    this.status = options.status;
  }
}

/**
 * What ran out of time: connecting; waiting for the response or its body; the whole call; the next event of a stream.
 *
 * @example
 * ```ts
 * import type { TimeoutPhase } from '@sallyport/core';
 *
 * const phase: TimeoutPhase = 'connect';
 * ```
 */
export type TimeoutPhase = 'connect' | 'response' | 'deadline' | 'idle';

/**
 * Time ran out on our side. See {@link TimeoutError.phase} for which limit it was.
 *
 * @example
 * ```ts
 * import { TimeoutError } from '@sallyport/core';
 *
 * const tooSlow = (error: unknown): boolean => error instanceof TimeoutError && error.phase === 'deadline';
 * ```
 */
export class TimeoutError extends TransportError {
  static override readonly code: string = 'timeout';
  readonly phase: TimeoutPhase;
  /** The limit that was passed, in milliseconds. */
  readonly timeoutMs: number;
  /** The status of the answer that did not become complete; absent when none had come. */
  readonly status: number | undefined;

  static {
    branded(TimeoutError, 'core', 'TimeoutError');
  }

  constructor(
    message: string,
    options: SallyportErrorOptions & {
      readonly phase: TimeoutPhase;
      readonly timeoutMs: number;
      readonly status?: number | undefined;
    },
  ) {
    super(message, options);
    this.phase = options.phase;
    this.timeoutMs = options.timeoutMs;
    this.status = options.status;
  }
}

/**
 * The caller's own `AbortSignal` ended the call, or the client was closed. `cause` is the signal's reason.
 *
 * @example
 * ```ts
 * import { AbortedError } from '@sallyport/core';
 *
 * const cancelled = (error: unknown): boolean => error instanceof AbortedError;
 * ```
 */
export class AbortedError extends TransportError {
  static override readonly code: string = 'aborted';

  static {
    branded(AbortedError, 'core', 'AbortedError');
  }
}

/**
 * The server answered with a redirect. Redirects are never followed: credentials in custom headers would travel along.
 *
 * @example
 * ```ts
 * import { UnexpectedRedirectError } from '@sallyport/core';
 *
 * const newHome = (error: unknown) => (error instanceof UnexpectedRedirectError ? error.location : undefined);
 * ```
 */
export class UnexpectedRedirectError extends TransportError {
  static override readonly code: string = 'unexpected_redirect';
  readonly status: number;
  /** The `location` header, without its credentials; absent when the server sent none. */
  readonly location: string | undefined;

  static {
    branded(UnexpectedRedirectError, 'core', 'UnexpectedRedirectError');
  }

  constructor(
    message: string,
    options: SallyportErrorOptions & { readonly status: number; readonly location?: string | undefined },
  ) {
    super(message, options);
    this.status = options.status;
    this.location = options.location;
  }
}
