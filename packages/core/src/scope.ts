import { type AbortListener, unwatchSignal, watchSignal } from './abort.js';
import type { SallyportError } from './errors/base.js';
import { AbortedError, TimeoutError, type TimeoutPhase } from './errors/transport.js';
import type { Runtime, Timer } from './runtime.js';

/** Something under way that can be stopped. */
export interface Work<T> {
  readonly result: Promise<T>;
  abort(reason: Error): void;
}

/** Where a call is made; the words of its errors. */
export interface CallSite {
  readonly gateway: string;
  readonly operation: string;
}

/** How long a piece of work may take. */
export interface Limit {
  readonly timeoutMs: number;
  /** Asked when time is up. */
  readonly phase: () => TimeoutPhase;
}

/**
 * Everything that can end one logical call early: the caller's signal, the whole-call deadline, the client's `close()`,
 * and the time limit of the piece of work under way. A call has one scope, from its first attempt to its last byte.
 */
export class CallScope implements AbortListener {
  readonly startedAt: number;
  readonly #runtime: Runtime;
  readonly #site: CallSite;
  readonly #open: Set<CallScope>;
  readonly #signal: AbortSignal | undefined;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #ended: SallyportError | undefined;
  #interrupt: ((reason: SallyportError) => void) | undefined;
  #release: (() => void) | undefined;

  /** @param open - the client's open scopes; this one joins them until it is closed. */
  constructor(runtime: Runtime, site: CallSite, open: Set<CallScope>, signal: AbortSignal | undefined) {
    this.#runtime = runtime;
    this.#site = site;
    this.#open = open;
    this.#signal = signal;
    this.startedAt = runtime.monotonic();
    if (signal?.aborted) this.aborted(signal.reason);
    else if (signal) watchSignal(signal, this);
    open.add(this);
  }

  /** Milliseconds until the deadline; `Infinity` without one. */
  get remainingMs(): number {
    if (this.#deadlineMs === Number.POSITIVE_INFINITY) return this.#deadlineMs;
    return this.#deadlineMs - (this.#runtime.monotonic() - this.startedAt);
  }

  /** Sets how long the call may take from its beginning; `Infinity` lifts the limit, once a stream is open. */
  setDeadline(deadlineMs: number): void {
    this.#deadlineMs = deadlineMs;
  }

  aborted(reason: unknown): void {
    this.end(new AbortedError(`${this.#site.operation} was aborted by its caller.`, { ...this.#site, cause: reason }));
  }

  /** Ends the call: what is under way fails at once with `reason`, and so does whatever would follow. */
  end(reason: SallyportError): void {
    this.#ended ??= reason;
    this.#interrupt?.(reason);
    this.#release?.();
  }

  /** Lets go of something held between two pieces of work (an open stream) when the call ends early. */
  releaseOnEnd(release: () => void): void {
    this.#release = release;
  }

  /** Leaves the signal and the client alone again. Call it once, when the call is over. */
  close(): void {
    if (this.#signal) unwatchSignal(this.#signal, this);
    this.#open.delete(this);
  }

  /**
   * Waits for work within its limit and the call's. A loser is aborted only after the caller's promise is rejected:
   * a request that is queued or connecting would otherwise keep the caller waiting.
   */
  guard<T>(start: () => Work<T>, limit: Limit): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended) throw this.#ended;
      const remainingMs = this.remainingMs;
      if (remainingMs <= 0) throw this.#late('deadline', this.#deadlineMs);
      const work = start();
      const lose = (reason: SallyportError): void => {
        settle();
        reject(reason);
        work.abort(reason);
      };
      const onTime = (): void =>
        lose(
          remainingMs <= limit.timeoutMs
            ? this.#late('deadline', this.#deadlineMs)
            : this.#late(limit.phase(), limit.timeoutMs),
        );
      const withinMs = Math.min(limit.timeoutMs, remainingMs);
      const timer: Timer | undefined =
        withinMs === Number.POSITIVE_INFINITY ? undefined : this.#runtime.after(withinMs, onTime);
      const settle = (): void => {
        timer?.cancel();
        this.#interrupt = undefined;
      };
      this.#interrupt = lose;
      work.result.then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: unknown) => {
          settle();
          reject(error);
        },
      );
    });
  }

  /** Waits; ends early, with an error, when the call does. */
  sleep(ms: number): Promise<void> {
    return this.guard(
      () => {
        let timer: Timer | undefined;
        const result = new Promise<void>((resolve) => {
          timer = this.#runtime.after(ms, resolve);
        });
        return { result, abort: () => timer?.cancel() };
      },
      { timeoutMs: Number.POSITIVE_INFINITY, phase: () => 'deadline' },
    );
  }

  #late(phase: TimeoutPhase, timeoutMs: number): TimeoutError {
    const { operation } = this.#site;
    const messages: Record<TimeoutPhase, string> = {
      connect: `${operation} could not connect within ${timeoutMs} ms (timeoutMs). Is the gateway running there?`,
      response: `${operation} got no complete answer within ${timeoutMs} ms (timeoutMs).`,
      deadline: `${operation} did not finish within ${timeoutMs} ms (deadlineMs), retries included.`,
      idle: `${operation} received nothing for ${timeoutMs} ms (idleTimeoutMs).`,
    };
    return new TimeoutError(messages[phase], { ...this.#site, phase, timeoutMs });
  }
}
