import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import { RequestFailure } from '../../http/failure.js';
import { queryParam } from '../../http/params.js';
import { takeRawBodies } from '../../http/raw-bodies.js';
import { answerUnknownPath } from '../../http/unknown-path.js';
import { getApproval, listApprovals } from './approvals.js';
import { auditDates, auditEvents, auditExport, auditStats } from './audit.js';
import { type Access, declareCaller, requires } from './auth.js';
import { bulkResolve } from './bulk.js';
import { createApproval } from './create-approval.js';
import { decidePreflight, decideTool } from './decide.js';
import { answerFailures } from './failures.js';
import { recordHostedOutcome } from './hosted-outcome.js';
import { recordOutcome } from './outcomes.js';
import { approvalPage, failedPage } from './page.js';
import { listPolicies, policySummary, reloadPolicies, testPolicy } from './policy-routes.js';
import { resolveApproval } from './resolve.js';
import { deleteRule, learnRule, listRules } from './rules.js';
import type { Rampart } from './runtime.js';
import { signedOr } from './signed.js';
import { health, metrics, status } from './status.js';
import { type EventStreams, eventStream } from './stream.js';

const BODY_LIMIT = 1024 * 1024;

/** What an answer of this server can do beyond the protocol. */
const FEATURES = 'idempotency, approval-wait, outcomes';

const EMPTY_SEGMENT = /^[^?#]*\/(?:\/|$|[?#])/;

/** What the routes share beside the runtime. */
export interface Shared {
  readonly streams: EventStreams;
  /** Whether `/metrics` is served. */
  readonly metrics: boolean;
}

/** Declares every route of the protocol, and ours beside them. */
export function mountRoutes(app: FastifyInstance, rampart: Rampart, { streams, metrics: withMetrics }: Shared): void {
  declareCaller(app);
  takeRawBodies(app, BODY_LIMIT);
  answerFailures(app, rampart);
  app.setNotFoundHandler(answerUnknownPath);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('sallyport-features', FEATURES);
    // The router takes nothing for a parameter; the protocol does not.
    if (EMPTY_SEGMENT.test(request.url)) answerUnknownPath(request, reply);
    else done();
  });

  const { engine, signer } = rampart;
  const now = () => engine.clock.now();
  const only = (access: Access) => requires(access, engine.credentials, now);
  const route = (operation: string, ...onRequest: onRequestHookHandler[]) => ({ config: { operation }, onRequest });

  app.post('/v1/tool/:toolName', route('decideTool', only('eval')), decideTool(rampart));
  app.post('/v1/preflight/:toolName', route('decidePreflight', only('eval')), decidePreflight(rampart));
  app.post('/v1/outcomes', route('reportOutcome', only('eval')), recordOutcome(rampart));

  const signed = (other: onRequestHookHandler) => signedOr(other, signer, now);
  app.post('/v1/approvals', route('createApproval', only('admin')), createApproval(rampart));
  app.get('/v1/approvals', route('listApprovals', only('approvals')), listApprovals(rampart));
  app.get('/v1/approvals/:id', route('getApproval', only('own')), getApproval(rampart));
  app.post('/v1/approvals/:id/resolve', route('resolveApproval', signed(only('approvals'))), resolveApproval(rampart));
  const opened = { ...route('openApproval', signed(hidden)), errorHandler: failedPage };
  app.get('/v1/approvals/:id/resolve', opened, approvalPage(rampart));
  app.post('/v1/approvals/bulk-resolve', route('bulkResolve', only('approvals')), bulkResolve(rampart));
  app.post(
    '/v1/hosted-approvals/:auditID/resolve',
    route('reportHostedApproval', only('admin')),
    recordHostedOutcome(rampart),
  );

  app.get('/v1/rules/auto-allowed', route('listRules', only('admin')), listRules(rampart));
  app.delete('/v1/rules/auto-allowed/:name', route('deleteRule', only('admin')), deleteRule(rampart));
  app.post('/v1/rules/learn', route('learnRule', only('admin')), learnRule(rampart));

  app.get('/v1/audit/events', route('auditEvents', only('admin')), auditEvents(rampart));
  app.get('/v1/audit/dates', route('auditDates', only('admin')), auditDates(rampart));
  app.get('/v1/audit/export', route('auditExport', only('admin')), auditExport(rampart));
  app.get('/v1/audit/stats', route('auditStats', only('admin')), auditStats(rampart));
  const queried = requires('admin', engine.credentials, now, tokenOfQuery);
  app.get('/v1/events/stream', route('eventStream', queried), eventStream(rampart, streams));

  app.get('/v1/policy/summary', route('policySummary', only('admin')), policySummary(rampart));
  app.get('/v1/policies', route('listPolicies', only('admin')), listPolicies(rampart));
  app.post('/v1/policy/reload', route('reloadPolicies', only('admin')), reloadPolicies(rampart));
  app.get('/v1/status', route('status', only('admin')), status(rampart));
  app.post('/v1/test', route('testPolicy', only('admin')), testPolicy(rampart));
  app.get('/healthz', route('health'), health(rampart));
  if (withMetrics) app.get('/metrics', route('metrics', only('admin')), metrics(rampart));
}

/** Without a signature there is no page. */
const hidden: onRequestHookHandler = (_request, _reply, done) => done(new RequestFailure(404, 'not found'));

/** Browsers cannot send headers with an event stream. */
const tokenOfQuery = (request: FastifyRequest): string | undefined => queryParam(request, 'token') || undefined;
