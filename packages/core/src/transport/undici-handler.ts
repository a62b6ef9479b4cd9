import type { Exchange, TransportHeaders } from './port.js';

/**
 * The part of undici's request controller that is used.
 *
 * @example
 * ```ts
 * import type { DispatchController } from '@sallyport/core';
 *
 * const stop = (controller: DispatchController): void => controller.abort(new Error('stop'));
 * ```
 */
export interface DispatchController {
  /** Ends the request. */
  abort(reason: Error): void;
  /** Stops reading from the socket. */
  pause(): void;
  /** Goes on reading. */
  resume(): void;
}

/**
 * What a dispatcher reports to, as undici 7 and later do it.
 *
 * @example
 * ```ts
 * import type { DispatchHandler } from '@sallyport/core';
 *
 * const fail = (handler: DispatchHandler): void => handler.onResponseError(undefined, new Error('no network'));
 * ```
 */
export interface DispatchHandler {
  /** The request is about to be written. */
  onRequestStart(controller: DispatchController): void;
  /** Status and headers are there; comes again after an informational (1xx) answer. */
  onResponseStart(controller: DispatchController, status: number, headers: TransportHeaders): void;
  /** A piece of the body. */
  onResponseData(controller: DispatchController, chunk: Uint8Array): void;
  /** The body is complete. */
  onResponseEnd(): void;
  /** Nothing more will come. */
  onResponseError(controller: DispatchController | undefined, error: Error): void;
}

/**
 * A request on undici's dispatcher: handler and exchange in one object, because every allocation shows at this level.
 *
 * It speaks both handler interfaces. undici 7 and later call `onRequestStart` and its siblings; older dispatchers
 * (Node 20's own, which becomes the global one as soon as anyone calls `fetch`) call `onConnect` and its siblings.
 */
export abstract class DispatchExchange<T> implements Exchange<T>, DispatchHandler {
  readonly result: Promise<T>;
  sent = false;
  protected controller: DispatchController | undefined;
  protected resolve: (value: T) => void = () => {};
  protected reject: (reason: Error) => void = () => {};
  #ended: Error | undefined;

  constructor() {
    this.result = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Why the exchange is over before its time; absent while it runs. */
  get ended(): Error | undefined {
    return this.#ended;
  }

  abort(reason: Error): void {
    this.#ended ??= reason;
    // Still queued or connecting: onRequestStart will find the reason when the dispatcher gets to it.
    this.controller?.abort(reason);
    this.fail(reason);
  }

  onRequestStart(controller: DispatchController): void {
    if (this.#ended) {
      controller.abort(this.#ended);
      return;
    }
    this.controller = controller;
    this.sent = true;
  }

  onResponseStart(controller: DispatchController, status: number, headers: TransportHeaders): void {
    // Informational responses (1xx) come first and are followed by the real one.
    if (status >= 200) this.started(controller, status, headers);
  }

  onResponseError(_controller: DispatchController | undefined, error: Error): void {
    this.fail(error);
  }

  abstract onResponseData(controller: DispatchController, chunk: Uint8Array): void;
  abstract onResponseEnd(): void;
  protected abstract started(controller: DispatchController, status: number, headers: TransportHeaders): void;

  protected fail(error: Error): void {
    this.reject(error);
  }

  #resume: () => void = () => {};
  #paused = false;

  onConnect(abort: (reason?: Error) => void): void {
    this.onRequestStart({
      abort,
      pause: () => {
        this.#paused = true;
      },
      resume: () => {
        if (!this.#paused) return;
        this.#paused = false;
        this.#resume();
      },
    });
  }

  onHeaders(status: number, rawHeaders: readonly Uint8Array[], resume: () => void): boolean {
    this.#resume = resume;
    if (this.controller) this.onResponseStart(this.controller, status, parseRawHeaders(rawHeaders));
    return !this.#paused;
  }

  onData(chunk: Uint8Array): boolean {
    if (this.controller) this.onResponseData(this.controller, chunk);
    return !this.#paused;
  }

  onComplete(): void {
    this.onResponseEnd();
  }

  onError(error: Error): void {
    this.onResponseError(undefined, error);
  }
}

/** Headers as alternating names and values; a repeated header keeps every value. */
function parseRawHeaders(raw: readonly Uint8Array[]): TransportHeaders {
  const headers: Record<string, string | string[]> = {};
  const latin1 = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');
  for (let index = 0; index < raw.length; index += 2) {
    const name = latin1(raw[index]).toLowerCase();
    const value = latin1(raw[index + 1]);
    const known = headers[name];
    if (known === undefined) headers[name] = value;
    else if (typeof known === 'string') headers[name] = [known, value];
    else known.push(value);
  }
  return headers;
}
