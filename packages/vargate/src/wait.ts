import { ApprovalTimeoutError, type RequestOptions } from '@sallyport/core';
import { checkNames, checkText, waitAtMost } from '@sallyport/core/internal';
import { APPROVAL_WAIT, type Connection, owned } from './connection.js';
import { VargateError } from './errors.js';
import { checkBetween } from './numbers.js';
import { getApproval, listApprovals, listHistory } from './operations/approvals.js';
import { WAIT_NAMES } from './option-names.js';
import type { AnsweredApproval, WaitForApprovalOptions } from './types/index.js';

const OPERATION = getApproval.name;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 5_000;
/** Between two answers that the server held: one that does not hold them must not be asked in a tight loop. */
const BREATH_MS = 250;
const WAIT_SECONDS = 30;
/** An approval's hour, and some grace, since two clocks never agree. */
const HOUR_MS = 3_600_000;
const GRACE_MS = 30_000;
/** Both lists of approvals end here. */
const LIST_LENGTH = 50;

/** Milliseconds until something expires, with some grace; an approval's hour where nobody says. */
export function untilExpiry({ caller }: Connection, expiresAt: string | undefined): number {
  const at = expiresAt === undefined ? Number.NaN : Date.parse(expiresAt);
  return (Number.isNaN(at) ? HOUR_MS : Math.max(at - caller.runtime.now(), 0)) + GRACE_MS;
}

/** Looks for a call in both lists: first among what is pending, so that it cannot be missed while it is answered. */
async function lookUp(
  connection: Connection,
  actionId: string,
  options: RequestOptions,
): Promise<AnsweredApproval | undefined> {
  const { pending } = await connection.call(listApprovals, undefined, options);
  if (pending.some((each) => each.actionId === actionId)) return undefined;
  const history = await connection.call(listHistory, undefined, options);
  const found = history.find((each) => each.actionId === actionId);
  if (found || pending.length >= LIST_LENGTH) return found;
  throw new VargateError(
    `The gateway shows no approval ${actionId}: neither among those that are pending nor among the last ${LIST_LENGTH} that were answered. Check the id, and that the key is of the same tenant.`,
    { code: 'approval_unknown', gateway: 'vargate', operation: OPERATION },
  );
}

/** Asks until a call is answered. A server that announces `approval-wait` holds its answer until then. */
export async function untilAnswered(
  connection: Connection,
  actionId: string,
  signal: AbortSignal,
  options: RequestOptions,
): Promise<AnsweredApproval> {
  const { caller } = connection;
  const heldMs = (options.timeoutMs ?? connection.timeoutMs) + WAIT_SECONDS * 1000;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 1.5, LONGEST_DELAY_MS)) {
    const holds = caller.features.has(APPROVAL_WAIT);
    const held = { ...options, signal, timeoutMs: heldMs };
    const answered = holds
      ? await connection.call(getApproval, { actionId, waitSeconds: WAIT_SECONDS }, held)
      : await lookUp(connection, actionId, { ...options, signal });
    if (answered) return answered;
    await caller.pause(OPERATION, holds ? BREATH_MS : delayMs, signal);
  }
}

/** Waits for the human's answer. @throws ApprovalTimeoutError when there is none in time. */
export async function waitForApproval(
  connection: Connection,
  actionId: string,
  options: WaitForApprovalOptions = {},
): Promise<AnsweredApproval> {
  owned(() => {
    checkText('actionId', actionId);
    checkNames(options, WAIT_NAMES, OPERATION);
    checkBetween('maxWaitMs', options.maxWaitMs, 0, Number.POSITIVE_INFINITY);
  });
  const { maxWaitMs = HOUR_MS + GRACE_MS, ...request } = options;
  const late = () =>
    owned(() => {
      throw new ApprovalTimeoutError(`Nobody answered approval ${actionId} within ${maxWaitMs} ms (maxWaitMs).`, {
        approvalId: actionId,
        gateway: 'vargate',
        operation: OPERATION,
      });
    });
  return waitAtMost<AnsweredApproval>(
    connection.caller.runtime,
    { maxWaitMs, signal: request.signal },
    (ending) => untilAnswered(connection, actionId, ending, request),
    late,
  );
}
