import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Approval, ApprovalStatus } from '../../approvals/approval.js';
import type { ApprovalFilter } from '../../approvals/desk.js';
import { badRequest, RequestFailure } from '../failure.js';
import { pathParam, queryParam } from '../params.js';
import { queriedWait } from '../prefer.js';
import { operatorBody } from './body.js';
import { type Operator, operatorOf } from './caller.js';
import type { OperatorContext } from './context.js';

const STATUSES: readonly ApprovalStatus[] = ['pending', 'approved', 'rejected', 'expired', 'cancelled', 'consumed'];

export const resolution = z.strictObject({
  verdict: z.enum(['approved', 'rejected'], 'must be "approved" or "rejected"'),
  by: z.string().max(256).optional(),
  note: z.string().max(4096).optional(),
});

/** Approvals of all dialects, for people: read, wait for, resolve. */
export function mountApprovals(app: FastifyInstance, context: OperatorContext): void {
  const { engine } = context;
  const operator = (request: FastifyRequest) =>
    operatorOf(request, engine.credentials, engine.clock.now(), ['approver', 'admin']);

  app.get('/approvals', { config: { operation: 'listApprovals' } }, async (request) => {
    const { covers } = await operator(request);
    const found = await engine.approvals.list(readFilter(request));
    return {
      approvals: found
        .filter(({ dialect, tenant }) => covers(dialect, tenant))
        .flatMap((approval) => view(context, approval)),
    };
  });

  app.get('/approvals/:id', { config: { operation: 'getApproval' } }, async (request) => {
    const approval = await findApproval(context, await operator(request), pathParam(request, 'id'));
    const seconds = queriedWait(queryParam(request, 'wait')) ?? 0;
    if (approval.status !== 'pending' || seconds === 0) return view(context, approval)[0];
    const settled = await waitFor(context, request, approval.id, seconds);
    return view(context, settled ?? approval)[0];
  });

  app.post('/approvals/:id/resolve', { config: { operation: 'resolveApproval' } }, async (request) => {
    const who = await operator(request);
    const { verdict, by, note } = operatorBody(request, resolution);
    const approval = await findApproval(context, who, pathParam(request, 'id'));
    const { id, roles, subject } = who.credential;
    if (approval.owner === id && !roles.includes('admin')) {
      throw new RequestFailure(403, 'an approval cannot be resolved by the credential that asked for it');
    }
    const resolved = await engine.approvals.resolve(approval.id, {
      verdict,
      by: oneLine(by ?? '') || subject || id,
      ...(note !== undefined && { note: oneLine(note) }),
      details: { credential: id },
    });
    return view(context, resolved)[0];
  });
}

/** Columns hold no control characters: a NUL would end the text there. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();

/** Nothing for approvals of a dialect that is switched off. */
function view({ dialects }: OperatorContext, approval: Approval): readonly Readonly<Record<string, unknown>>[] {
  const shown = dialects.get(approval.dialect)?.approvalView(approval);
  return shown === undefined ? [] : [shown];
}

function readFilter(request: FastifyRequest): ApprovalFilter {
  const given = queryParam(request, 'status');
  const status = STATUSES.find((known) => known === given);
  if (given !== '' && status === undefined) throw badRequest(`status must be one of ${STATUSES.join(', ')}`);
  const dialect = queryParam(request, 'dialect');
  const limit = Number(queryParam(request, 'limit') || 200);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw badRequest('limit must be from 1 to 1000');
  return {
    ...(status !== undefined && { status }),
    ...(dialect !== '' && !dialect.includes('\0') && { dialect }),
    limit,
  };
}

async function findApproval(context: OperatorContext, { covers }: Operator, id: string): Promise<Approval> {
  const found = id.includes('\0') ? undefined : await context.engine.approvals.get(id);
  if (found === undefined || !covers(found.dialect, found.tenant) || !context.dialects.has(found.dialect)) {
    throw new RequestFailure(404, 'approval not found');
  }
  return found;
}

async function waitFor(
  { engine, closing }: OperatorContext,
  request: FastifyRequest,
  id: string,
  seconds: number,
): Promise<Approval | undefined> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  request.raw.once('close', leave);
  closing.addEventListener('abort', leave, { once: true });
  try {
    return await engine.approvals.wait(id, seconds * 1000, gone.signal);
  } finally {
    request.raw.off('close', leave);
    closing.removeEventListener('abort', leave);
  }
}
