import {
  type CallOptions,
  type DenyDecision,
  type Governor,
  type GovernorDecision,
  type PendingDecision,
  type PreparedAction,
  type ProposedAction,
  prepareAction,
  type WaitOptions,
} from '@sallyport/core';
import { waitAtMost } from '@sallyport/core/internal';
import type { Connection } from './connection.js';
import { check } from './decide.js';
import { defaultCall, type MeshGuardCall } from './governed-action.js';
import type { CheckOptions, PolicyDecision } from './types/index.js';

/**
 * How a client becomes a governor.
 *
 * @example
 * ```ts
 * import { MeshGuardClient, type MeshGuardGovernorOptions } from '@sallyport/meshguard';
 *
 * const options: MeshGuardGovernorOptions = { map: ({ tool }) => ({ action: `invoke:${tool}` }) };
 * const governor = new MeshGuardClient().asGovernor(options);
 * ```
 */
export interface MeshGuardGovernorOptions {
  /**
   * Puts an action into MeshGuard's words. It must give the same call for the same action, since an approved call is made by
   * repeating it, and should tell every argument: an approval holds for what the gateway was shown.
   * @defaultValue `operation:tool` (`execute:tool` without one) as the action, `input` and `context` as its context
   */
  readonly map?: (action: ProposedAction) => MeshGuardCall;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 5_000;
/** Between two answers that the gateway held: one that does not hold them must not be asked in a tight loop. */
const BREATH_MS = 250;
const HOLD_SECONDS = 30;
/** Beyond an approval's expiry, since two clocks never agree. */
const GRACE_MS = 30_000;
const DEFAULT_WAIT_MS = 600_000;

const callOptions = ({ signal, timeoutMs, deadlineMs }: CallOptions): CallOptions => ({
  ...(signal && { signal }),
  ...(timeoutMs !== undefined && { timeoutMs }),
  ...(deadlineMs !== undefined && { deadlineMs }),
});

/**
 * A MeshGuard client as the Governor port.
 *
 * @example
 * ```ts
 * import { govern } from '@sallyport/core';
 * import { MeshGuardClient } from '@sallyport/meshguard';
 *
 * const governor = new MeshGuardClient().asGovernor();
 * await govern(governor, { tool: 'contacts', operation: 'read', input: { id: 17 } }, () => 'the contact');
 * ```
 */
export class MeshGuardGovernor implements Governor {
  readonly name = 'meshguard';
  readonly #connection: Connection;
  readonly #map: (action: ProposedAction) => MeshGuardCall;

  /** @internal Made by `MeshGuardClient.asGovernor()`. */
  constructor(connection: Connection, { map = defaultCall }: MeshGuardGovernorOptions = {}) {
    this.#connection = connection;
    this.#map = map;
  }

  async decide(action: ProposedAction, options: CallOptions = {}): Promise<GovernorDecision> {
    const prepared = prepareAction(action, () => this.#connection.caller.runtime.id());
    return decisionOn(prepared, await this.#ask(prepared, callOptions(options)));
  }

  /** Waits for the answer by repeating the very call, which succeeds once it is approved. */
  async settle(pending: PendingDecision, options: WaitOptions = {}): Promise<GovernorDecision> {
    const action = prepareAction(pending.action);
    const { runtime } = this.#connection.caller;
    const maxWaitMs = options.maxWaitMs ?? this.#untilExpiry(pending);
    return waitAtMost<GovernorDecision>(
      runtime,
      { maxWaitMs, signal: options.signal },
      (ending) => this.#redeem(pending, action, { ...callOptions(options), signal: ending }),
      () => refused(pending, action, 'expired', `Nobody answered the approval within ${maxWaitMs} ms.`),
    );
  }

  #ask(action: PreparedAction, options: CheckOptions): Promise<PolicyDecision> {
    const { action: name, ...facts } = this.#map(action);
    return check(this.#connection, name, { ...options, ...facts });
  }

  async #redeem(
    pending: PendingDecision,
    action: PreparedAction,
    options: CallOptions & { readonly signal: AbortSignal },
  ): Promise<GovernorDecision> {
    const { caller, settings } = this.#connection;
    const timeoutMs = (options.timeoutMs ?? settings.timeoutMs) + HOLD_SECONDS * 1000;
    // A gateway that can holds its answer until the human has decided (RFC 7240); others answer at once.
    const headers = { prefer: `wait=${HOLD_SECONDS}`, 'x-meshguard-approval-id': pending.approvalId };
    const held: CheckOptions = { ...options, timeoutMs, headers };
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 1.5, LONGEST_DELAY_MS)) {
      const askedAt = caller.runtime.monotonic();
      const answer = await this.#ask(action, held);
      if (answer.allowed) return decisionOn(action, answer);
      if (answer.pending?.id !== pending.approvalId) return this.#answered(pending, action, answer);
      const heldMs = caller.runtime.monotonic() - askedAt;
      await caller.pause('meshguard.settle', Math.max(BREATH_MS, delayMs - heldMs), options.signal);
    }
  }

  /** No longer pending under its id: it was refused, or has expired; another question never counts as this one's answer. */
  #answered(pending: PendingDecision, action: PreparedAction, answer: PolicyDecision): DenyDecision {
    const { approvalStatus, reason = '' } = answer;
    if (approvalStatus === 'expired' || (approvalStatus === undefined && this.#isLate(pending))) {
      return refused(pending, action, 'expired', 'The approval expired.', answer);
    }
    if (approvalStatus === 'cancelled') return refused(pending, action, 'cancelled', reason, answer);
    return refused(pending, action, 'rejected', answer.pending ? 'The approval was refused.' : reason, answer);
  }

  #isLate({ expiresAt }: PendingDecision): boolean {
    return expiresAt !== undefined && Date.parse(expiresAt) <= this.#connection.caller.runtime.now();
  }

  #untilExpiry({ expiresAt }: PendingDecision): number {
    const at = expiresAt === undefined ? Number.NaN : Date.parse(expiresAt);
    if (Number.isNaN(at)) return DEFAULT_WAIT_MS;
    return Math.max(at - this.#connection.caller.runtime.now(), 0) + GRACE_MS;
  }
}

function refused(
  pending: PendingDecision,
  action: PreparedAction,
  cause: DenyDecision['cause'],
  reason: string,
  answer?: PolicyDecision,
): DenyDecision {
  const { approvalId, native } = pending;
  return { outcome: 'deny', governor: 'meshguard', action, cause, reason, approvalId, native: answer ?? native };
}

/** The native decision in the port's words. */
function decisionOn(action: PreparedAction, native: PolicyDecision): GovernorDecision {
  const { allowed, reason = '', traceId, pending, waitMs } = native;
  const base = { governor: 'meshguard', action, decisionId: traceId, reason, native };
  if (allowed) return { ...base, outcome: 'allow' };
  if (!pending) {
    const suggestions = waitMs === undefined ? undefined : [`Ask again in ${Math.ceil(waitMs / 1000)} s.`];
    return { ...base, outcome: 'deny', cause: 'policy', ...(suggestions && { suggestions }) };
  }
  const { id, expiresAt } = pending;
  return { ...base, outcome: 'pending', approvalId: id, ...(expiresAt !== undefined && { expiresAt }) };
}
