import {
  type ActionDefaults,
  type AllowDecision,
  type CallOptions,
  type DenyDecision,
  type Governor,
  type GovernorDecision,
  NotFoundError,
  type Outcome,
  type PendingDecision,
  type PreparedAction,
  type ProposedAction,
  prepareAction,
  type Reported,
  type WaitOptions,
} from '@sallyport/core';
import { checkWord, waitAtMost } from '@sallyport/core/internal';
import type { Calls } from './calls.js';
import { adopting } from './errors.js';
import { OUTCOMES, reportOutcomeOf, scannable, scannedBy, withheld } from './report.js';
import type { EvaluateOptions, ToolDecision } from './types/index.js';
import { APPROVAL_WAIT, FIRST_DELAY_MS, longerMs, untilDecided } from './wait.js';

/**
 * A proposed action in Rampart's words.
 *
 * @example
 * ```ts
 * import type { RampartCall } from '@sallyport/rampart';
 *
 * const call: RampartCall = { tool: 'exec', params: { command: 'git status' }, workdir: '/srv/app' };
 * ```
 */
export interface RampartCall
  extends Pick<EvaluateOptions, 'input' | 'command' | 'path' | 'url' | 'workdir' | 'cwd' | 'approvalOwner'> {
  /** 1 to 128 of `A-Z a-z 0-9 _ - . :`. */
  readonly tool: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * How a client becomes a governor.
 *
 * @example
 * ```ts
 * import { RampartClient, type RampartGovernorOptions } from '@sallyport/rampart';
 *
 * const options: RampartGovernorOptions = { map: ({ tool, input }) => ({ tool: `mcp:${tool}`, params: input }) };
 * const governor = new RampartClient().asGovernor(options);
 * ```
 */
export interface RampartGovernorOptions {
  /**
   * Puts an action into Rampart's words. It must give the same call for the same action, since an approval is redeemed
   * by repeating the call.
   * @defaultValue `tool` (and `.operation`, where there is one) as the tool, `input` (and `resource`) as its params
   */
  readonly map?: (action: ProposedAction) => RampartCall;
}

function defaultMap({ tool, operation, input, resource }: ProposedAction): RampartCall {
  return {
    tool: operation === undefined ? tool : `${tool}.${operation}`,
    params: resource === undefined ? input : { resource, ...input },
  };
}

/** What concerns the calls of a governed action: `govern` hands over all that it was told. */
const callOptions = ({ signal, timeoutMs, deadlineMs }: CallOptions): CallOptions => ({
  ...(signal && { signal }),
  ...(timeoutMs !== undefined && { timeoutMs }),
  ...(deadlineMs !== undefined && { deadlineMs }),
});

/** Beyond an approval's expiry, since two clocks never agree. */
const GRACE_MS = 30_000;
const DEFAULT_WAIT_MS = 600_000;

/**
 * A Rampart client as the Governor port.
 *
 * @example
 * ```ts
 * import { govern } from '@sallyport/core';
 * import { RampartClient } from '@sallyport/rampart';
 *
 * const governor = new RampartClient().asGovernor();
 * await govern(governor, { tool: 'read', input: { path: 'notes.txt' } }, () => 'the notes');
 * ```
 */
export class RampartGovernor implements Governor {
  readonly name = 'rampart';
  readonly defaults: ActionDefaults;
  readonly #calls: Calls;
  readonly #map: (action: ProposedAction) => RampartCall;

  /** @internal Made by `RampartClient.asGovernor()`. */
  constructor(calls: Calls, { map = defaultMap }: RampartGovernorOptions = {}) {
    this.#calls = calls;
    this.#map = map;
    this.defaults = calls.identity;
  }

  async decide(action: ProposedAction, options: CallOptions = {}): Promise<GovernorDecision> {
    const { runtime } = this.#calls.caller;
    const prepared = adopting(() => prepareAction(action, () => runtime.id(), this.defaults));
    return decisionOn(prepared, await this.#ask(prepared, callOptions(options)));
  }

  /** Waits for the answer and redeems it by repeating the very call, as the gateway demands. */
  async settle(pending: PendingDecision, options: WaitOptions = {}): Promise<GovernorDecision> {
    const action = adopting(() => prepareAction(pending.action));
    const { signal } = options;
    const maxWaitMs = options.maxWaitMs ?? this.#untilExpiry(pending);
    return waitAtMost<GovernorDecision>(
      this.#calls.caller.runtime,
      { maxWaitMs, signal },
      (ending) => this.#redeem(pending, action, { ...callOptions(options), signal: ending }),
      () => refused(pending, action, 'expired', `Nobody answered the approval within ${maxWaitMs} ms.`),
    );
  }

  async report(decision: AllowDecision, outcome: Outcome, options: CallOptions = {}): Promise<Reported> {
    const { caller } = this.#calls;
    adopting(() => checkWord('decision.outcome', decision.outcome, ['allow']));
    const unscanned: Reported = { output: outcome.output, redacted: false };
    if (decision.failedOpen || decision.execution) return unscanned;
    if (caller.features.has(OUTCOMES) && decision.decisionId !== undefined) {
      return reportOutcomeOf(caller, decision.decisionId, outcome, callOptions(options));
    }
    // A repeated call whose approval is used up would only open another approval.
    if (wasApproved(decision)) return unscanned;
    const output = scannable(outcome.output);
    if ('why' in output) return withheld(output.why);
    if (output.text === undefined) return unscanned;
    const scanned = await this.#ask(prepareAction(decision.action), { ...callOptions(options), response: output.text });
    return scannedBy(scanned, outcome.output);
  }

  #ask(action: PreparedAction, options: EvaluateOptions): Promise<ToolDecision> {
    const { tool, params, ...rest } = this.#map(action);
    const { agent, session, runId, callId: toolCallId } = action;
    const who = { ...(agent !== undefined && { agent }), ...(session !== undefined && { session }), runId, toolCallId };
    return this.#calls.evaluate(tool, params, { ...options, ...rest, ...who });
  }

  async #redeem(
    pending: PendingDecision,
    action: PreparedAction,
    options: CallOptions & { readonly signal: AbortSignal },
  ): Promise<GovernorDecision> {
    const { caller } = this.#calls;
    const { approvalId } = pending;
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = longerMs(delayMs)) {
      const waits = caller.features.has(APPROVAL_WAIT);
      if (waits) {
        const approval = await untilDecided(caller, approvalId, options.signal, options).catch(unknownToGateway);
        if (approval === undefined) return this.#forgotten(pending, action);
        const { status, resolvedBy } = approval;
        if (status === 'expired') return refused(pending, action, 'expired', 'The approval expired.');
        if (status === 'denied') return refused(pending, action, 'rejected', `denied by ${resolvedBy ?? 'a human'}`);
      }
      const answer = await this.#ask(action, options);
      if (answer.decision !== 'ask') return decisionOn(action, answer);
      if (answer.approvalId !== approvalId) return this.#superseded(pending, action, waits);
      await caller.pause('rampart.settle', delayMs, options.signal);
    }
  }

  /** The repeated call opened an approval of its own: the one that was waited for can no longer be redeemed. */
  #superseded(pending: PendingDecision, action: PreparedAction, hadApproval: boolean): DenyDecision {
    if (hadApproval)
      return refused(pending, action, 'cancelled', 'The approval was used before, or redeemed too late.');
    if (this.#isLate(pending)) return refused(pending, action, 'expired', 'The approval expired.');
    return refused(pending, action, 'rejected', 'The approval was denied.');
  }

  /** Gateways keep decided approvals for some minutes only. */
  #forgotten(pending: PendingDecision, action: PreparedAction): DenyDecision {
    const cause = this.#isLate(pending) ? 'expired' : 'cancelled';
    return refused(pending, action, cause, 'The gateway does not know this approval any more.');
  }

  #isLate({ expiresAt }: PendingDecision): boolean {
    return expiresAt !== undefined && Date.parse(expiresAt) <= this.#calls.caller.runtime.now();
  }

  #untilExpiry({ expiresAt }: PendingDecision): number {
    const at = expiresAt === undefined ? Number.NaN : Date.parse(expiresAt);
    if (Number.isNaN(at)) return DEFAULT_WAIT_MS;
    return Math.max(at - this.#calls.caller.runtime.now(), 0) + GRACE_MS;
  }
}

function unknownToGateway(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) throw error;
}

const wasApproved = ({ native }: AllowDecision): boolean =>
  typeof native === 'object' && native !== null && 'approvalId' in native;

const CAUSES: ReadonlyMap<string | undefined, DenyDecision['cause']> = new Map([
  ['denied', 'rejected'],
  ['expired', 'expired'],
]);

function refused(
  pending: PendingDecision,
  action: PreparedAction,
  cause: DenyDecision['cause'],
  reason: string,
): DenyDecision {
  const { approvalId, native } = pending;
  return { outcome: 'deny', governor: 'rampart', action, cause, reason, approvalId, native };
}

/** The native decision in the port's words. What needs a human, and names no approval to wait for, is a refusal. */
function decisionOn(action: PreparedAction, native: ToolDecision): GovernorDecision {
  const { message: reason, auditId, approvalId, expiresAt, suggestions } = native;
  const base = { governor: 'rampart', action, reason, native, ...(auditId !== undefined && { decisionId: auditId }) };
  if (native.allowed) return { ...base, outcome: 'allow' };
  if (native.decision === 'ask' && approvalId !== undefined) {
    return { ...base, outcome: 'pending', approvalId, ...(expiresAt !== undefined && { expiresAt }) };
  }
  const cause = CAUSES.get(native.approvalStatus) ?? 'policy';
  return { ...base, outcome: 'deny', cause, ...(suggestions.length > 0 && { suggestions }) };
}
