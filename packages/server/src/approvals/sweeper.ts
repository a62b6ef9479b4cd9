import type { Clock, Log } from '../engine/engine.js';
import type { EventBus } from '../engine/events.js';
import { UnitConflictError } from '../store/errors.js';
import type { Store } from '../store/store.js';
import type { Approval } from './approval.js';
import { approvalOf } from './columns.js';
import { ApprovalConflictError } from './errors.js';
import { nextExpiry, overdue } from './queries.js';

/** Approvals that one read brings up. */
const PAGE = 200;
/** Milliseconds until a sweep that failed is tried again. */
const RETRY_AFTER = 1000;

/** How often a store is looked through that others write to, in milliseconds. */
const LOOK_AGAIN = 10_000;

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly log: Log;
}

/** Writes down expiries: by itself at the time of each, and whenever it is asked. */
export class Sweeper {
  readonly #parts: Parts;
  readonly #expire: (due: Approval) => Promise<Approval> | undefined;
  readonly #unsubscribe: () => void;
  #timer: { cancel(): void; readonly at: number } | undefined;
  #running: Promise<number> | undefined;
  #closed = false;

  /** @param expire - takes the step; undefined where it may not be taken here. */
  constructor(parts: Parts, expire: (due: Approval) => Promise<Approval> | undefined) {
    this.#parts = parts;
    this.#expire = expire;
    this.#unsubscribe = parts.events.subscribe(({ type, data }) => {
      if (type !== 'approval.created' || typeof data !== 'object' || data === null) return;
      const at: unknown = Reflect.get(data, 'expiresAt');
      if (typeof at === 'number') this.#wakeAt(at);
    });
  }

  /** Expires what is due, and sets the alarm for what comes next. Returns how many. */
  sweep(): Promise<number> {
    this.#running ??= this.#sweep().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Sets no further alarm, and waits for the sweep that is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    this.#timer?.cancel();
    await this.#running?.catch(() => {});
  }

  async #sweep(): Promise<number> {
    const { store, clock } = this.#parts;
    let expired = 0;
    let next: unknown;
    for (let again = true; again && !this.#closed; ) {
      const now = clock.now();
      const due = (await store.all(overdue(now, PAGE))).map(approvalOf);
      const written = await Promise.all(due.map((approval) => this.#expireOne(approval)));
      const count = written.filter(Boolean).length;
      expired += count;
      next = (await store.all(nextExpiry(now)))[0]?.['at'];
      // More than a page, or something that fell due in the meantime.
      again = (due.length === PAGE && count > 0) || (typeof next === 'number' && next <= clock.now());
    }
    if (typeof next === 'number') this.#wakeAt(next);
    // What other replicas have opened makes no event here, and a replica may end before its approvals do.
    if (store.shared) this.#wakeAt(clock.now() + LOOK_AGAIN);
    return expired;
  }

  async #expireOne(due: Approval): Promise<boolean> {
    try {
      return (await this.#expire(due)) !== undefined;
    } catch (error) {
      // Somebody resolved it, or another replica has swept it: either way it is done.
      if (error instanceof UnitConflictError || error instanceof ApprovalConflictError) return false;
      throw error;
    }
  }

  #wakeAt(at: number): void {
    if (this.#closed || (this.#timer !== undefined && this.#timer.at <= at)) return;
    this.#timer?.cancel();
    const { clock, log } = this.#parts;
    const timer = clock.after(at - clock.now(), () => {
      this.#timer = undefined;
      this.sweep().catch((error: unknown) => {
        log.error({ err: error }, 'expired approvals could not be written');
        this.#wakeAt(clock.now() + RETRY_AFTER);
      });
    });
    this.#timer = { at, cancel: () => timer.cancel() };
  }
}
