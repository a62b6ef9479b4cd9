import type { RequestOptions } from '@sallyport/core';
import { AuditApi } from './audit-api.js';
import { APPROVAL_WAIT, type Connection } from './connection.js';
import type { AnsweredApproval, ApprovedExecution, AuditRecord } from './types/index.js';

const RETRY_MS = 1_000;

/** What the record of an approval says of the call that was approved; undefined where the agent has to run it. */
function executionIn({ params }: AuditRecord): ApprovedExecution | undefined {
  const { executed, execution_result: result, execution_error: error } = params;
  if (typeof error === 'string') return { status: 'error', error };
  return executed === true ? { status: 'success', result } : undefined;
}

/** The record of an approval, which is newer than that of its call; undefined while it is not written. */
async function approvalRecord(
  connection: Connection,
  actionId: string,
  request: RequestOptions,
): Promise<AuditRecord | undefined> {
  for await (const record of new AuditApi(connection).log({}, request)) {
    if (record.actionId === `approval-${actionId}`) return record;
    if (record.actionId === actionId) return undefined;
  }
  return undefined;
}

/**
 * What the gateway did with a call once it was approved; undefined where it leaves the call to the agent. A gateway that does
 * not say so in its answer says so in its audit log: until it has, nobody may run the call, or it might run twice.
 */
export async function executionOf(
  connection: Connection,
  { actionId, execution }: AnsweredApproval,
  request: RequestOptions & { readonly signal: AbortSignal },
): Promise<ApprovedExecution | undefined> {
  const { caller } = connection;
  if (execution || caller.features.has(APPROVAL_WAIT)) return execution;
  for (;;) {
    const record = await approvalRecord(connection, actionId, request);
    if (record) return executionIn(record);
    await caller.pause('vargate.settle', RETRY_MS, request.signal);
  }
}
