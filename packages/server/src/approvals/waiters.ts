import type { Clock } from '../engine/engine.js';
import type { EventBus } from '../engine/events.js';
import type { Store } from '../store/store.js';
import type { Approval } from './approval.js';

/** How often a store is asked again that others write to, in milliseconds: their events do not arrive here. */
const ASK_AGAIN = 500;

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: EventBus;
}

/** An event's approval, where it is one of the desk's. */
function approvalIn(event: { readonly type: string; readonly data: unknown }): string | undefined {
  if (!event.type.startsWith('approval.') || typeof event.data !== 'object' || event.data === null) return undefined;
  const id: unknown = Reflect.get(event.data, 'id');
  return typeof id === 'string' ? id : undefined;
}

/** Callers that hold on until an approval is resolved. One listener serves them all. */
export class Waiters {
  readonly #parts: Parts;
  readonly #get: (id: string) => Promise<Approval | undefined>;
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #unsubscribe: () => void;
  #closed = false;

  constructor(parts: Parts, get: (id: string) => Promise<Approval | undefined>) {
    this.#parts = parts;
    this.#get = get;
    this.#unsubscribe = parts.events.subscribe((event) => {
      const id = approvalIn(event);
      if (id !== undefined) for (const wake of [...(this.#waiting.get(id) ?? [])]) wake();
    });
  }

  async wait(id: string, ms: number, signal?: AbortSignal): Promise<Approval | undefined> {
    const { clock, store } = this.#parts;
    const end = clock.monotonic() + ms;
    for (;;) {
      // Listening begins before reading, or a step taken in between would be missed.
      const woken = this.#listen(id, signal);
      try {
        const approval = await this.#get(id);
        const left = end - clock.monotonic();
        if (approval?.status !== 'pending' || left <= 0 || signal?.aborted || this.#closed) return approval;
        const untilExpiry = Math.max(approval.expiresAt - clock.now(), 0);
        woken.within(Math.min(left, untilExpiry, store.shared ? ASK_AGAIN : left));
        await woken.promise;
        if (this.#closed) return approval;
      } finally {
        woken.end();
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    for (const wakes of this.#waiting.values()) for (const wake of [...wakes]) wake();
  }

  #listen(id: string, signal: AbortSignal | undefined) {
    const wakes = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, wakes);
    let timer: { cancel(): void } | undefined;
    let wake = () => {};
    const promise = new Promise<void>((resolve) => {
      wake = resolve;
    });
    wakes.add(wake);
    signal?.addEventListener('abort', wake);
    return {
      promise,
      within: (ms: number) => {
        timer = this.#parts.clock.after(ms, wake);
      },
      end: () => {
        timer?.cancel();
        signal?.removeEventListener('abort', wake);
        wakes.delete(wake);
        if (wakes.size === 0) this.#waiting.delete(id);
      },
    };
  }
}
