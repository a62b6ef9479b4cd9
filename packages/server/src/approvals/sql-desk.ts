import { ConfigurationError } from '@sallyport/core';
import type { Clock, Log } from '../engine/engine.js';
import type { EventBus } from '../engine/events.js';
import type { EngineEvent, Lane, Row, Unit } from '../engine/unit.js';
import { UnitConflictError } from '../store/errors.js';
import type { Store } from '../store/store.js';
import type { Approval, ApprovalStatus, Transition } from './approval.js';
import { approvalOf } from './columns.js';
import type { ApprovalDesk, ApprovalFilter, ApprovalHooks, Resolution, Step } from './desk.js';
import { ApprovalConflictError, ApprovalNotFoundError } from './errors.js';
import { after, asOf, insertApproval, TIMEOUT, updateApproval } from './machine.js';
import { approvedBefore, byDigest, byId, listed, pendingBy, pendingCount, pendingShare } from './queries.js';
import { Sweeper } from './sweeper.js';
import { Waiters } from './waiters.js';

/** What the desk works with. */
export interface DeskParts {
  readonly store: Store;
  readonly lane: Lane;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly log: Log;
}

/** The approvals of all dialects, in the store. */
export class SqlApprovalDesk implements ApprovalDesk {
  readonly #parts: DeskParts;
  readonly #hooks = new Map<string, ApprovalHooks>();
  readonly #waiters: Waiters;
  readonly #sweeper: Sweeper;

  readonly pendingBy = pendingBy;
  readonly byDigest = byDigest;
  readonly approvedBefore = approvedBefore;
  readonly byId = byId;
  readonly pendingCount = pendingCount;
  readonly pendingShare = pendingShare;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#waiters = new Waiters(parts, (id) => this.get(id));
    this.#sweeper = new Sweeper(parts, (due) => this.#expire(due));
  }

  register(dialect: string, hooks: ApprovalHooks): void {
    this.#hooks.set(dialect, hooks);
  }

  read(row: Row): Approval {
    return asOf(approvalOf(row), this.#parts.clock.now());
  }

  open(approval: Approval): Step {
    this.#hooksOf(approval.dialect);
    return { approval, writes: [insertApproval(approval)], records: [], events: [eventOf(approval, 'created')] };
  }

  step(approval: Approval, to: ApprovalStatus, how: Omit<Transition, 'from' | 'to'>): Step {
    const transition: Transition = { ...how, from: approval.status, to };
    const next = after(approval, transition);
    const hooks = this.#hooksOf(approval.dialect);
    return {
      approval: next,
      writes: [updateApproval(next, approval.status), ...(hooks.writes?.(next, transition) ?? [])],
      records: hooks.records(next, transition),
      events: [eventOf(next, to)],
    };
  }

  async get(id: string): Promise<Approval | undefined> {
    const [row] = await this.#parts.store.all(byId(id));
    return row && this.read(row);
  }

  async list(filter: ApprovalFilter): Promise<readonly Approval[]> {
    const { store, clock } = this.#parts;
    return (await store.all(listed(filter, clock.now()))).map((row) => this.read(row));
  }

  async resolve(id: string, { verdict, ...how }: Resolution): Promise<Approval> {
    const found = await this.get(id);
    if (found === undefined) throw new ApprovalNotFoundError(id);
    try {
      return await this.#parts.lane.run(this.#unit(found, verdict, how, (row) => this.read(row)));
    } catch (error) {
      if (!(error instanceof UnitConflictError)) throw error;
      const now = await this.get(id);
      throw now === undefined ? new ApprovalNotFoundError(id) : new ApprovalConflictError(now, verdict);
    }
  }

  wait(id: string, ms: number, signal?: AbortSignal): Promise<Approval | undefined> {
    return this.#waiters.wait(id, ms, signal);
  }

  sweep(): Promise<number> {
    return this.#sweeper.sweep();
  }

  /** Ends the timers, and lets everybody who waits go with what there is. */
  close(): Promise<void> {
    this.#waiters.close();
    return this.#sweeper.close();
  }

  #expire(due: Approval): Promise<Approval> | undefined {
    // A dialect that is not served has nobody to write its records: its approvals read as expired all the same.
    if (!this.#hooks.has(due.dialect)) return undefined;
    return this.#parts.lane.run(this.#unit(due, 'expired', { by: TIMEOUT }, approvalOf));
  }

  #unit(
    found: Approval,
    to: ApprovalStatus,
    how: Omit<Transition, 'from' | 'to' | 'at'>,
    read: (row: Row) => Approval,
  ): Unit<Approval> {
    const { id } = found;
    const { chains, approvable } = this.#hooksOf(found.dialect);
    const guard = to === 'approved' ? approvable : undefined;
    return {
      chains: typeof chains === 'function' ? chains(found) : chains,
      load: [byId(id), ...(guard === undefined ? [] : [guard.load(found)])],
      decide: ([rows, others = []], { now }) => {
        const row = rows?.[0];
        if (row === undefined) throw new ApprovalNotFoundError(id);
        const { approval, ...decided } = this.step(read(row), to, { ...how, at: now });
        guard?.check(approval, others);
        return { ...decided, answer: approval };
      },
    };
  }

  #hooksOf(dialect: string): ApprovalHooks {
    const hooks = this.#hooks.get(dialect);
    if (hooks === undefined) throw new ConfigurationError(`Dialect "${dialect}" has not announced its approvals.`);
    return hooks;
  }
}

const eventOf = (approval: Approval, what: 'created' | ApprovalStatus): EngineEvent => ({
  dialect: approval.dialect,
  type: `approval.${what}`,
  data: approval,
});
