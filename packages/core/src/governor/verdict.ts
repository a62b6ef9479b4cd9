import { ServerError } from '../errors/http.js';
import { ApprovalTimeoutError } from '../errors/policy.js';
import { ResponseValidationError } from '../errors/response.js';
import { ConnectionError, TimeoutError } from '../errors/transport.js';
import { type PreparedAction, prepareAction } from './action.js';
import { bounded } from './bounded.js';
import type { GovernOptions } from './options.js';
import type { AllowDecision, Governor, GovernorDecision, PendingDecision } from './port.js';
import { refusalError } from './refusal.js';

/** An allow that is about this very call, with the input that may run. */
export interface Permit {
  readonly decision: AllowDecision;
  readonly action: PreparedAction;
}

const OUTCOMES: readonly unknown[] = ['allow', 'deny', 'pending'];

/** Takes nobody's word: the verdict must be one of three, and about the call that was asked for. */
function trusted(decision: GovernorDecision, asked: PreparedAction, governor: Governor): GovernorDecision {
  const fault = (what: string, path: string) =>
    new ResponseValidationError(`The governor '${governor.name}' ${what}. The action was not run.`, {
      gateway: governor.name,
      operation: 'govern',
      path,
    });
  if (!OUTCOMES.includes(decision?.outcome)) throw fault(`gave an unknown verdict`, 'outcome');
  const { action } = decision;
  const same = action?.callId === asked.callId && action.runId === asked.runId && action.tool === asked.tool;
  if (!same) throw fault('decided on another call than the one it was asked about', 'action');
  return decision;
}

/** A gateway that had begun to answer was within reach: what it said is lost, and may have been a refusal. */
const mayFailOpen = (error: unknown): boolean =>
  error instanceof ServerError ||
  ((error instanceof ConnectionError || error instanceof TimeoutError) && error.status === undefined);

/** True when this failure may be passed over: the gateway is out of reach, and the user chose to go on without it. */
export function failsOpen(error: unknown, options: GovernOptions): boolean {
  return options.failMode === 'open' && mayFailOpen(error);
}

/** Asks the governor about one prepared action; bounded by the signal and the deadline. */
export async function ask(
  governor: Governor,
  action: PreparedAction,
  options: GovernOptions,
): Promise<GovernorDecision> {
  const { signal, deadlineMs, runtime } = options;
  const late = () =>
    new TimeoutError(`The governor '${governor.name}' did not decide within ${deadlineMs} ms.`, {
      phase: 'deadline',
      timeoutMs: deadlineMs ?? 0,
    });
  const decision = await bounded(() => governor.decide(action, options), {
    signal,
    afterMs: deadlineMs,
    late,
    runtime,
  });
  return trusted(decision, action, governor);
}

async function settled(
  governor: Governor,
  pending: PendingDecision,
  action: PreparedAction,
  options: GovernOptions,
): Promise<GovernorDecision> {
  const { signal, maxWaitMs, runtime } = options;
  const within = maxWaitMs === undefined ? 'in time' : `within ${maxWaitMs} ms (maxWaitMs)`;
  const asked = pending.reason === '' ? '' : `: ${pending.reason}`;
  const late = () =>
    new ApprovalTimeoutError(`Nobody approved the call of tool '${action.tool}' ${within}.`, {
      decision: pending,
      reason: `Nobody answered the approval ${within}${asked}`,
      gateway: governor.name,
      approvalId: pending.approvalId,
    });
  const decision = await bounded(() => governor.settle(pending, options), {
    signal,
    afterMs: maxWaitMs,
    late,
    runtime,
  });
  if (trusted(decision, action, governor).outcome === 'pending') throw late();
  return decision;
}

/** Follows a first answer to its end: waits for the human where that is wanted, and throws whatever is not an allow. */
export async function conclude(
  governor: Governor,
  first: GovernorDecision,
  action: PreparedAction,
  options: GovernOptions,
): Promise<Permit> {
  const waits = first.outcome === 'pending' && options.onPending !== 'throw';
  const decision = waits ? await settled(governor, first, action, options) : first;
  if (decision.outcome !== 'allow') throw refusalError(decision);
  return { decision, action: prepareAction(decision.action) };
}
