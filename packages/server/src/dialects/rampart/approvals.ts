import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Approval } from '../../approvals/approval.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { RequestFailure } from '../../http/failure.js';
import { pathParam, queryParam } from '../../http/params.js';
import { queriedWait } from '../../http/prefer.js';
import { type Caller, callerOf } from './auth.js';
import { isWholeRun } from './proposal.js';
import type { Rampart } from './runtime.js';
import { rfc3339Nano } from './time.js';
import { approvalDetail, listItem } from './views.js';

/** `GET /v1/approvals` */
export function listApprovals(rampart: Rampart) {
  return (_request: FastifyRequest, reply: FastifyReply): void => {
    answerWith(reply, pendingList(rampart));
  };
}

async function pendingList(rampart: Rampart): Promise<Answer> {
  const pending = await rampart.engine.approvals.list({ dialect: 'rampart', status: 'pending' });
  return json(200, {
    approvals: pending.map(listItem),
    run_groups: runGroups(pending),
    run_grant_ttl_ms: rampart.approvalTimeoutMs,
  });
}

/** Approvals that one human answer may settle together: two or more of one run. */
function runGroups(pending: readonly Approval[]): readonly Record<string, unknown>[] {
  const runs = new Map<string, [Approval, ...Approval[]]>();
  for (const approval of pending.filter(isWholeRun)) {
    const key = JSON.stringify([approval.agent, approval.session, approval.runId, approval.owner]);
    const run = runs.get(key);
    if (run === undefined) runs.set(key, [approval]);
    else run.push(approval);
  }
  return [...runs.values()]
    .filter((run) => run.length > 1)
    .map((run) => {
      const [first] = run;
      return {
        agent: first.agent,
        session: first.session,
        run_id: first.runId,
        credential_owner: first.owner,
        count: run.length,
        earliest_created_at: rfc3339Nano(first.createdAt),
        items: run.map(listItem),
      };
    });
}

/** `GET /v1/approvals/{id}`, with `?wait=N` held until it is resolved, N seconds at most. */
export function getApproval(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const seconds = queriedWait(queryParam(request, 'wait')) ?? 0;
    answerWith(reply, oneApproval(rampart, pathParam(request, 'id'), callerOf(request), { reply, seconds }));
  };
}

async function oneApproval(
  rampart: Rampart,
  id: string,
  caller: Caller,
  { reply, seconds }: { reply: FastifyReply; seconds: number },
): Promise<Answer> {
  const found = await findApproval(rampart, id);
  // Whoever asked may wait for the answer; that tells an agent nothing about other agents' approvals.
  const seesAll = caller.admin || caller.approver;
  if (!seesAll && found?.owner !== caller.id) throw new RequestFailure(403, 'this endpoint requires admin scope');
  if (found === undefined) throw new RequestFailure(404, 'approval not found');
  if (found.status !== 'pending' || seconds === 0) return json(200, approvalDetail(found));
  const { approvals } = rampart.engine;
  const settled = await rampart.held.whileHeld(reply, (signal) => approvals.wait(id, seconds * 1000, signal));
  return json(200, approvalDetail(settled ?? found));
}

/** An approval of this dialect. */
export async function findApproval(rampart: Rampart, id: string): Promise<Approval | undefined> {
  // No id contains a NUL, and no column could be compared with one.
  if (id.includes('\0')) return undefined;
  const found = await rampart.engine.approvals.get(id);
  return found?.dialect === 'rampart' ? found : undefined;
}
