import type { FastifyRequest } from 'fastify';
import type { Approval } from '../../approvals/approval.js';
import { badRequest, RequestFailure } from '../../http/failure.js';
import { readBody } from './body.js';
import { quote } from './documents/go.js';
import { resolverName } from './resolve.js';
import { bulkResolveRequest } from './schemas.js';

const MAX_IDS = 1000;

/** One answer to the questions of one run. */
export interface BulkRequest {
  readonly agent: string;
  readonly session: string;
  readonly runId: string;
  readonly approve: boolean;
  /** `run` answers later questions of the run as well. */
  readonly scope: 'pending' | 'run';
  /** The approvals that the operator has looked at. */
  readonly ids: readonly string[];
  readonly by: string;
}

/** Reads the body. @throws RequestFailure 400 with the documented texts. */
export function readBulk(request: FastifyRequest): BulkRequest {
  const body = readBody(request, bulkResolveRequest);
  const [agent, session, runId] = (['agent', 'session', 'run_id'] as const).map((name) => (body[name] ?? '').trim());
  if (!agent || !session || !runId) {
    throw badRequest('agent, session, and run_id are required; refusing incomplete bulk-approval scope');
  }
  const action = body.action ?? '';
  const verb = action.trim().toLowerCase();
  if (verb !== 'approve' && verb !== 'deny') {
    throw badRequest(`action must be "approve" or "deny", got ${quote(action)}`);
  }
  const scope = readScope(body.scope ?? '', verb);
  return {
    agent,
    session,
    runId,
    approve: verb === 'approve',
    scope,
    ids: readIds(body.ids ?? []),
    by: resolverName(body.resolved_by),
  };
}

function readScope(given: string, verb: 'approve' | 'deny'): BulkRequest['scope'] {
  const scope = given.trim().toLowerCase();
  if (scope === '') throw badRequest('scope is required and must be "pending" or "run"');
  if (scope !== 'pending' && scope !== 'run') {
    throw badRequest(`scope must be "pending" or "run", got ${quote(given)}`);
  }
  if (scope === 'run' && verb === 'deny') throw badRequest('scope "run" is only valid when action is "approve"');
  return scope;
}

function readIds(given: readonly string[]): readonly string[] {
  if (given.length === 0) throw badRequest('ids must contain the exact pending approvals reviewed by the operator');
  if (given.length > MAX_IDS) throw badRequest(`ids must not name more than ${MAX_IDS} approvals`);
  const ids = given.map((id) => id.trim());
  if (ids.includes('')) throw badRequest('ids must not contain empty values');
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  if (duplicate !== undefined) throw badRequest(`duplicate approval id ${quote(duplicate)}`);
  return ids;
}

/**
 * The approvals that the request is about.
 *
 * @param named - what is known of `ids`, in their order.
 * @param inRun - all approvals of the run.
 * @throws RequestFailure 400 or 409 when the operator has not seen what is there now.
 */
export function selectReviewed(
  bulk: BulkRequest,
  named: readonly (Approval | undefined)[],
  inRun: readonly Approval[],
): readonly Approval[] {
  const reviewed = bulk.ids.map((id, index) => {
    const approval = named[index];
    if (approval?.status !== 'pending' || approval.dialect !== 'rampart') {
      throw new RequestFailure(409, `approval ${quote(id)} is no longer pending; refresh and retry`);
    }
    if (approval.agent !== bulk.agent || approval.session !== bulk.session || approval.runId !== bulk.runId) {
      throw badRequest(`approval ${quote(id)} does not belong to the requested agent/session/run identity`);
    }
    return approval;
  });
  if (bulk.scope === 'run') assertWholeRun(reviewed, inRun);
  return reviewed;
}

function assertWholeRun(reviewed: readonly Approval[], inRun: readonly Approval[]): void {
  const owners = new Set(reviewed.map(({ owner }) => owner));
  if (owners.size > 1) throw badRequest('scope "run" requires all approval ids to share one credential owner');
  const seen = new Set(reviewed.map(({ id }) => id));
  const omitted = inRun.find(({ id, owner, status }) => status === 'pending' && owners.has(owner) && !seen.has(id));
  if (omitted === undefined) return;
  const which = quote(omitted.id);
  const text = `scope "run" omitted pending approval ${which} for the selected credential owner`;
  throw new RequestFailure(409, `${text}; refresh and review the complete scope`);
}
