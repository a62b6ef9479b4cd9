import {
  type ActionDefaults,
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
import { executionOf } from './approved-execution.js';
import { ask } from './call-tool.js';
import { type Connection, owned } from './connection.js';
import { VargateError } from './errors.js';
import { defaultCall, type VargateCall } from './governed-call.js';
import type { AnsweredApproval, ApprovedExecution, ToolCallResult } from './types/index.js';
import { untilAnswered, untilExpiry } from './wait.js';

/**
 * How a client becomes a governor.
 *
 * @example
 * ```ts
 * import { VargateClient, type VargateGovernorOptions } from '@sallyport/vargate';
 *
 * const options: VargateGovernorOptions = { map: ({ tool, input }) => ({ tool: 'mcp', method: tool, params: input }) };
 * const governor = new VargateClient().asGovernor(options);
 * ```
 */
export interface VargateGovernorOptions {
  /**
   * Puts an action into Vargate's words. It must give the same call for the same action, since an approval is about that.
   * @defaultValue `tool`/`operation` (`execute` without one), `input` (and `resource`) as params
   */
  readonly map?: (action: ProposedAction) => VargateCall;
}

const callOptions = ({ signal, timeoutMs, deadlineMs }: CallOptions): CallOptions => ({
  ...(signal && { signal }),
  ...(timeoutMs !== undefined && { timeoutMs }),
  ...(deadlineMs !== undefined && { deadlineMs }),
});

/**
 * A Vargate client as the Governor port. What the gateway carries out itself, at once or after an approval, is not run again.
 *
 * @example
 * ```ts
 * import { govern } from '@sallyport/core';
 * import { VargateClient } from '@sallyport/vargate';
 *
 * const governor = new VargateClient().asGovernor();
 * const action = { tool: 'http', operation: 'GET', input: { url: 'https://api.example.com/data' } };
 * await govern(governor, action, ({ url }) => fetch(String(url)).then((response) => response.text()));
 * ```
 */
export class VargateGovernor implements Governor {
  readonly name = 'vargate';
  readonly defaults: ActionDefaults;
  readonly #connection: Connection;
  readonly #map: (action: ProposedAction) => VargateCall;

  /** @internal Made by `VargateClient.asGovernor()`. */
  constructor(connection: Connection, { map = defaultCall }: VargateGovernorOptions = {}) {
    this.#connection = connection;
    this.#map = map;
    this.defaults = { agent: connection.agent.id };
  }

  async decide(action: ProposedAction, options: CallOptions = {}): Promise<GovernorDecision> {
    const { runtime } = this.#connection.caller;
    const prepared = owned(() => prepareAction(action, () => runtime.id(), this.defaults));
    const { tool, method, params, agent } = this.#map(prepared);
    const native = await ask(this.#connection, tool, method, params, {
      ...callOptions(options),
      ...(agent && { agent }),
    });
    return decisionOn(prepared, native);
  }

  /** Waits for the human's answer, and for what the gateway then did. */
  async settle(pending: PendingDecision, options: WaitOptions = {}): Promise<GovernorDecision> {
    const action = owned(() => prepareAction(pending.action));
    const { caller } = this.#connection;
    const maxWaitMs = options.maxWaitMs ?? untilExpiry(this.#connection, pending.expiresAt);
    return waitAtMost<GovernorDecision>(
      caller.runtime,
      { maxWaitMs, signal: options.signal },
      (ending) => this.#redeem(pending, action, { ...callOptions(options), signal: ending }),
      () => refused(pending, action, 'expired', `Nobody answered the approval within ${maxWaitMs} ms.`),
    );
  }

  async #redeem(
    pending: PendingDecision,
    action: PreparedAction,
    options: CallOptions & { readonly signal: AbortSignal },
  ): Promise<GovernorDecision> {
    const { approvalId } = pending;
    const answer = await untilAnswered(this.#connection, approvalId, options.signal, options).catch(unknownToGateway);
    if (!answer) return refused(pending, action, 'cancelled', 'The gateway does not know this approval any more.');
    const { tool, method } = this.#map(action);
    if (answer.tool !== tool || answer.method !== method) {
      return refused(pending, action, 'cancelled', `The approval is for ${answer.tool}/${answer.method}.`, answer);
    }
    if (answer.status === 'expired') return refused(pending, action, 'expired', 'The approval expired.', answer);
    if (answer.status === 'rejected') return refused(pending, action, 'rejected', whyRejected(answer), answer);
    const execution = await executionOf(this.#connection, answer, options);
    const { reviewNote: reason = '' } = answer;
    const carriedOut = execution && { execution: { by: 'gateway' as const, result: resultOf(execution) } };
    const base = { governor: this.name, action, decisionId: approvalId, reason, native: answer };
    return { ...base, outcome: 'allow', ...carriedOut };
  }
}

function unknownToGateway(error: unknown): undefined {
  if (!(error instanceof VargateError) || error.code !== 'approval_unknown') throw error;
}

const whyRejected = ({ reviewNote, reviewerEmail = 'a human' }: AnsweredApproval): string =>
  reviewNote || `rejected by ${reviewerEmail}`;

/** The gateway has tried: its failure is the result, since a second try could do the thing twice. */
const resultOf = ({ status, result, error }: ApprovedExecution): unknown =>
  status === 'error' ? (result ?? { error: error ?? 'The gateway could not carry out the call.' }) : result;

function refused(
  pending: PendingDecision,
  action: PreparedAction,
  cause: DenyDecision['cause'],
  reason: string,
  answer?: AnsweredApproval,
): DenyDecision {
  const { approvalId, native } = pending;
  return { outcome: 'deny', governor: 'vargate', action, cause, reason, approvalId, native: answer ?? native };
}

/** The native decision in the port's words. */
function decisionOn(action: PreparedAction, native: ToolCallResult): GovernorDecision {
  const base = { governor: 'vargate', action, decisionId: native.actionId, native };
  if (native.outcome === 'denied') {
    return { ...base, outcome: 'deny', cause: 'policy', reason: native.violations.join(', ') };
  }
  if (native.outcome === 'pending') {
    const { actionId: approvalId, message: reason, timeoutAt: expiresAt } = native;
    return { ...base, outcome: 'pending', approvalId, reason, ...(expiresAt !== undefined && { expiresAt }) };
  }
  const { executionMode, executionResult: result } = native;
  const carriedOut = executionMode === 'vargate_brokered' && { execution: { by: 'gateway' as const, result } };
  return { ...base, outcome: 'allow', reason: '', ...carriedOut };
}
