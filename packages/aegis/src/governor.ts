import {
  AbortedError,
  type AllowDecision,
  type CallOptions,
  type DenyDecision,
  type Governor,
  type GovernorDecision,
  type PendingDecision,
  type PreparedAction,
  type ProposedAction,
  prepareAction,
  type Reported,
  ResponseError,
  type Outcome as RunOutcome,
  type WaitOptions,
} from '@sallyport/core';
import { waitAtMost } from '@sallyport/core/internal';
import type { Connection } from './connection.js';
import { Decision, resolutionOf } from './decision.js';
import { AegisError, adoptError } from './errors.js';
import { type AegisGovernorOptions, defaultMap } from './governed-action.js';
import { reportExecution } from './operations/governance.js';
import { resubmit, submit } from './propose.js';
import type { Proposal } from './types/index.js';
import { untilExpiry, untilResolved } from './wait.js';
import { decisionFields } from './wire/decisions.js';

/** Announced by servers that take a report of what became of a call. */
const OUTCOMES = 'outcomes';
const MAX_SUMMARY_CHARS = 500;

const callOptions = ({ signal, timeoutMs, deadlineMs }: CallOptions): CallOptions => ({
  ...(signal && { signal }),
  ...(timeoutMs !== undefined && { timeoutMs }),
  ...(deadlineMs !== undefined && { deadlineMs }),
});

/**
 * An AEGIS client as the Governor port. It never resubmits on its own authority: a user confirms, or an operator approves.
 *
 * @example
 * ```ts
 * import { govern } from '@sallyport/core';
 * import { AegisClient } from '@sallyport/aegis';
 *
 * const governor = new AegisClient().asGovernor({ actor: { id: 'agent-001', type: 'ai-agent' } });
 * await govern(governor, { tool: 'database', operation: 'query', input: { query: 'SELECT 1' } }, () => 'rows');
 * ```
 */
export class AegisGovernor implements Governor {
  readonly name = 'aegis';
  readonly #connection: Connection;
  readonly #confirm: AegisGovernorOptions['confirm'];
  readonly #map: (action: ProposedAction) => Pick<Proposal, 'actor' | 'action' | 'context'>;

  /** @internal Made by `AegisClient.asGovernor()`. */
  constructor(connection: Connection, options: AegisGovernorOptions = {}) {
    const { actor = { id: 'unknown-agent', type: 'ai-agent' }, map, confirm } = options;
    this.#connection = connection;
    this.#confirm = confirm;
    this.#map = map ?? ((action) => defaultMap(action, actor));
  }

  async decide(action: ProposedAction, options: CallOptions = {}): Promise<GovernorDecision> {
    const prepared = prepareAction(action, () => this.#connection.caller.runtime.id());
    const native = await submit(this.#connection, this.#map(prepared), undefined, callOptions(options));
    return decisionOn(prepared, native);
  }

  /** Asks the user, or waits for the operator, and resubmits the very proposal with the token that this gave. */
  async settle(pending: PendingDecision, options: WaitOptions = {}): Promise<GovernorDecision> {
    const action = prepareAction(pending.action);
    const maxWaitMs = options.maxWaitMs ?? untilExpiry(this.#connection, pending.expiresAt);
    return waitAtMost<GovernorDecision>(
      this.#connection.caller.runtime,
      { maxWaitMs, signal: options.signal },
      (ending) => this.#resolve(pending, action, { ...callOptions(options), signal: ending }),
      () => refused(pending, action, 'expired', `Nobody answered within ${maxWaitMs} ms.`),
    );
  }

  async report(decision: AllowDecision, outcome: RunOutcome, options: CallOptions = {}): Promise<Reported> {
    const reported: Reported = { output: outcome.output, redacted: false };
    const { caller } = this.#connection;
    if (decision.failedOpen || decision.decisionId === undefined || !caller.features.has(OUTCOMES)) return reported;
    const { status, error, durationMs } = outcome;
    const { auditRef } = await this.#connection.call(
      reportExecution,
      {
        decisionId: decision.decisionId,
        status: status === 'ok' ? 'completed' : 'failed',
        ...(error && { resultSummary: error.slice(0, MAX_SUMMARY_CHARS) }),
        ...(durationMs !== undefined && { durationMs: Math.max(0, Math.round(durationMs)) }),
        completedAt: new Date(caller.runtime.now()).toISOString(),
      },
      callOptions(options),
    );
    return { ...reported, ...(auditRef !== undefined && { reportId: auditRef }) };
  }

  async #resolve(
    pending: PendingDecision,
    action: PreparedAction,
    options: CallOptions & { readonly signal: AbortSignal },
  ): Promise<GovernorDecision> {
    const native = storedDecision(pending);
    const { escalationId } = resolutionOf(native);
    const confirm = native.outcome === 'REQUIRE_CONFIRMATION' ? this.#confirm : undefined;
    if (confirm === undefined) {
      if (escalationId !== undefined) return this.#afterOperator(pending, action, escalationId, options);
      return refused(
        pending,
        action,
        'expired',
        'Nobody can confirm this call: asGovernor() was given no confirm callback.',
      );
    }
    const answer = await unlessAborted(async () => confirm(native), options.signal);
    if (answer !== true) return refused(pending, action, 'rejected', 'The user did not confirm.');
    return this.#redeem(pending, action, native, options);
  }

  async #afterOperator(
    pending: PendingDecision,
    action: PreparedAction,
    escalationId: string,
    options: CallOptions & { readonly signal: AbortSignal },
  ): Promise<GovernorDecision> {
    const verdict = await untilResolved(this.#connection, escalationId, options.signal, options);
    if (verdict.status === 'approved') return this.#redeem(pending, action, verdict, options);
    if (verdict.status === 'expired') return refused(pending, action, 'expired', 'The escalation expired.');
    const reason = verdict.comment || `denied by ${verdict.operatorId ?? 'an operator'}`;
    return refused(pending, action, 'rejected', reason);
  }

  async #redeem(
    pending: PendingDecision,
    action: PreparedAction,
    approval: Parameters<typeof resubmit>[1],
    options: CallOptions,
  ): Promise<GovernorDecision> {
    const native = await resubmit(this.#connection, approval, this.#map(action), options).catch(usedUp);
    if ('cause' in native) return refused(pending, action, native.cause, native.reason);
    const decision = decisionOn(action, native);
    if (decision.outcome !== 'pending') return decision;
    // A second question is not an answer to the first.
    return refused(pending, action, 'cancelled', 'The approval did not suffice: the gateway asks again.');
  }
}

const USED_UP: ReadonlyMap<string | undefined, DenyDecision['cause']> = new Map([
  ['AEGIS-CNF-001', 'cancelled'],
  ['AEGIS-CNF-002', 'expired'],
]);

/** A token that was used or has expired is a refusal; anything else is a failure. */
function usedUp(error: unknown): Pick<DenyDecision, 'cause' | 'reason'> {
  const cause = error instanceof AegisError ? USED_UP.get(error.errorCode) : undefined;
  if (cause === undefined) throw error;
  return { cause, reason: 'The approval was used before, or has expired.' };
}

/** The wait of a user's answer ends with the wait for it; what is answered later counts for nothing. */
function unlessAborted<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const ended = () =>
    adoptError(new AbortedError('The wait for a confirmation was ended.', { gateway: 'aegis', cause: signal.reason }));
  if (signal.aborted) return Promise.reject(ended());
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(ended());
    signal.addEventListener('abort', stop, { once: true });
    ask()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}

/** The native decision of a pending one, which may have been stored as JSON meanwhile. */
function storedDecision({ native }: PendingDecision): Decision {
  const stored = decisionFields.safeParse(native);
  if (stored.success) return new Decision(stored.data);
  throw new ResponseError('This pending decision is not one of AEGIS: its native decision is missing.', {
    gateway: 'aegis',
    operation: 'aegis.settle',
  });
}

function refused(
  pending: PendingDecision,
  action: PreparedAction,
  cause: DenyDecision['cause'],
  reason: string,
): DenyDecision {
  const { approvalId, native } = pending;
  return { outcome: 'deny', governor: 'aegis', action, cause, reason, approvalId, native };
}

/** The native decision in the port's words. */
function decisionOn(action: PreparedAction, native: Decision): GovernorDecision {
  const { decisionId, outcome, reason } = native;
  const base = { governor: 'aegis', action, decisionId, reason, native };
  if (outcome === 'ALLOW') return { ...base, outcome: 'allow' };
  const { confirmationToken, confirmationExpiresAt, escalationId, escalationExpiresAt } = resolutionOf(native);
  if (outcome === 'DENY' || (escalationId ?? confirmationToken) === undefined) {
    return { ...base, outcome: 'deny', cause: 'policy' };
  }
  const expiresAt = escalationExpiresAt ?? confirmationExpiresAt;
  // The token is a secret, and ids are shown: a confirmation is known by its decision.
  const approvalId = escalationId ?? decisionId;
  return {
    ...base,
    native: { ...native },
    outcome: 'pending',
    approvalId,
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
