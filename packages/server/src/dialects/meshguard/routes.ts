import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { json, send } from '../../http/answer.js';
import { takeRawBodies } from '../../http/raw-bodies.js';
import { limitAddresses } from './address-limit.js';
import {
  createAgentRoute,
  getAgentRoute,
  listAgentsRoute,
  replaceAgentRoute,
  revokeAgentRoute,
  rotateTokenRoute,
  updateAgentRoute,
} from './agents/routes.js';
import {
  delegationStats,
  latencyHeatmap,
  overview,
  rankAgents,
  rankPolicies,
  timeseries,
  trustDistribution,
} from './analytics/routes.js';
import { listAnomalies, resolveAnomaly, summarizeAnomalies } from './anomalies/routes.js';
import { getApproval, getOwnApproval, listApprovals, resolveApproval } from './approvals/routes.js';
import { enterAudit } from './audit/enter.js';
import { auditStats, listAudit, listEvents, verifyAudit } from './audit/routes.js';
import { check } from './decide/check.js';
import { evaluate, governanceBatch, governanceCheck, governanceRecord, keyedAudit } from './decide/surfaces.js';
import { checkDelegation, recordDelegation } from './delegation/crew.js';
import { createRelationship, endRelationship, listRelationships } from './delegation/routes.js';
import { answerFailures } from './failures.js';
import { type AdminAccess, declareAdmins, requiresAdmin } from './identity/admin-auth.js';
import { declareCallers, requiresAgent } from './identity/agent-auth.js';
import { declareMembers, requiresMember } from './identity/member-auth.js';
import { signup } from './identity/signup.js';
import {
  applyPolicy,
  getPolicy,
  listPolicies,
  reloadPolicies,
  removePolicy,
  validatePolicy,
} from './policies/routes.js';
import { testPolicy } from './policies/test-route.js';
import { proxy } from './proxy/forward.js';
import { PROXIED, proxyOperation } from './proxy/methods.js';
import type { MeshGuard } from './runtime.js';
import { about, health, info, metrics, ready } from './status.js';
import { getTrust, recomputeTrust, trustHistory } from './trust/routes.js';

const BODY_LIMIT = 1024 * 1024;

/** What an answer of this server can do beyond the protocol. */
const FEATURES = 'idempotency, approval-wait';

/** Declares every route of the protocol, and ours beside them. */
export function mountRoutes(app: FastifyInstance, mesh: MeshGuard): void {
  const { rateLimitRpm } = mesh.settings;
  const { clock } = mesh.engine;
  declareCallers(app);
  declareAdmins(app);
  declareMembers(app);
  takeRawBodies(app, BODY_LIMIT);
  answerFailures(app, mesh);
  app.setNotFoundHandler((_request, reply) =>
    send(reply, json(404, { error: 'Not Found', message: 'There is nothing at this path' })),
  );
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('sallyport-features', FEATURES);
    done();
  });
  if (rateLimitRpm !== undefined) app.addHook('onRequest', limitAddresses(rateLimitRpm, clock));
  app.addHook('onResponse', (_request, reply, done) => {
    mesh.metrics.took(reply.elapsedTime);
    done();
  });

  mountPublic(app, mesh);
  mountAgentRoutes(app, mesh);
  mountMemberRoutes(app, mesh);
  for (const prefix of ['/admin', '/api/v1/admin']) mountAdmin(app, mesh, prefix);
}

function mountPublic(app: FastifyInstance, mesh: MeshGuard): void {
  app.get('/', { config: { operation: 'about' } }, about(mesh));
  app.get('/health', { config: { operation: 'health' } }, health(mesh));
  app.get('/ready', { config: { operation: 'ready' } }, ready(mesh));
  app.post('/signup', { config: { operation: 'signup' } }, signup(mesh));
  if (mesh.settings.metrics) app.get('/metrics', { config: { operation: 'metrics' } }, metrics(mesh));
}

function mountAgentRoutes(app: FastifyInstance, mesh: MeshGuard): void {
  const agent = requiresAgent(mesh);
  const route = (operation: string) => ({ config: { operation }, onRequest: agent });
  app.get('/proxy/check', route('check'), check(mesh));
  app.post('/proxy/audit', route('enterAudit'), enterAudit(mesh));
  app.get('/proxy/governance/approvals/:id', route('getOwnApproval'), getOwnApproval(mesh));

  app.post('/proxy/governance/check', route('governanceCheck'), governanceCheck(mesh));
  app.post('/proxy/governance/record', route('governanceRecord'), governanceRecord(mesh));
  app.post('/proxy/api/delegation/check', route('checkDelegation'), checkDelegation(mesh));
  app.post('/proxy/api/delegation/record', route('recordDelegation'), recordDelegation(mesh));
  app.post('/api/v1/governance/batch', route('governanceBatch'), governanceBatch(mesh));
  app.post('/api/v1/evaluate', { config: { operation: 'evaluate' } }, evaluate(mesh));
  app.post('/api/v1/audit', { config: { operation: 'keyedAudit' } }, keyedAudit(mesh, false));
  app.post('/api/v1/audit/batch', { config: { operation: 'keyedAuditBatch' } }, keyedAudit(mesh, true));

  app.register(async (proxied) => {
    proxied.removeAllContentTypeParsers();
    // Bodies go through as they come.
    proxied.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const method of proxied.supportedMethods) {
      const config = PROXIED.includes(method) ? { operation: proxyOperation(method) } : {};
      proxied.route({
        method,
        url: '/proxy/*',
        exposeHeadRoute: false,
        config,
        onRequest: agent,
        handler: proxy(mesh),
      });
    }
  });
}

function mountMemberRoutes(app: FastifyInstance, mesh: MeshGuard): void {
  const member = requiresMember(mesh);
  const route = (operation: string) => ({ config: { operation }, onRequest: member });
  app.get('/agents/:id/trust', route('getTrust'), getTrust(mesh));
  app.get('/agents/:id/trust/history', route('trustHistory'), trustHistory(mesh));
  app.post('/orgs/:orgId/trust/recompute', route('recomputeTrust'), recomputeTrust(mesh));
  app.get('/relationships', route('listRelationships'), listRelationships(mesh));
  app.post('/relationships', route('createRelationship'), createRelationship(mesh));
  app.delete('/relationships/:id', route('endRelationship'), endRelationship(mesh));
  app.get('/anomalies', route('listAnomalies'), listAnomalies(mesh));
  app.post('/anomalies/:id/resolve', route('resolveAnomaly'), resolveAnomaly(mesh));
  app.get('/agents/:id/anomalies/summary', route('summarizeAnomalies'), summarizeAnomalies(mesh));
}

function mountAdmin(app: FastifyInstance, mesh: MeshGuard, prefix: string): void {
  const route = (operation: string, access: AdminAccess = 'admin') => {
    const onRequest: onRequestHookHandler = requiresAdmin(mesh, access);
    // One of the two paths is enough for the documentation.
    return { config: prefix === '/admin' ? { operation } : {}, onRequest };
  };
  app.get(`${prefix}/info`, route('info'), info(mesh));

  app.get(`${prefix}/agents`, route('listAgents'), listAgentsRoute(mesh));
  app.post(`${prefix}/agents`, route('createAgent'), createAgentRoute(mesh));
  app.get(`${prefix}/agents/:id`, route('getAgent'), getAgentRoute(mesh));
  app.patch(`${prefix}/agents/:id`, route('updateAgent'), updateAgentRoute(mesh));
  app.put(`${prefix}/agents/:id`, route('replaceAgent'), replaceAgentRoute(mesh));
  app.delete(`${prefix}/agents/:id`, route('revokeAgent'), revokeAgentRoute(mesh));
  app.post(`${prefix}/agents/:id/token`, route('rotateToken'), rotateTokenRoute(mesh));

  app.get(`${prefix}/policies`, route('listPolicies'), listPolicies(mesh));
  app.post(`${prefix}/policies`, route('applyPolicy'), applyPolicy(mesh));
  app.post(`${prefix}/policies/validate`, route('validatePolicy', 'reader'), validatePolicy());
  app.post(`${prefix}/policies/test`, route('testPolicy', 'reader'), testPolicy(mesh));
  app.post(`${prefix}/policies/reload`, route('reloadPolicies'), reloadPolicies(mesh));
  app.get(`${prefix}/policies/:name`, route('getPolicy'), getPolicy(mesh));
  app.put(`${prefix}/policies/:name`, route('replacePolicy'), applyPolicy(mesh));
  app.delete(`${prefix}/policies/:name`, route('deletePolicy'), removePolicy(mesh));

  app.get(`${prefix}/audit`, route('listAudit'), listAudit(mesh));
  app.get(`${prefix}/audit/stats`, route('auditStats'), auditStats(mesh));
  app.get(`${prefix}/audit/verify`, route('verifyAudit'), verifyAudit(mesh));
  app.get(`${prefix}/audit/events`, route('listEvents'), listEvents(mesh));

  app.get(`${prefix}/approvals`, route('listApprovals', 'approver'), listApprovals(mesh));
  app.get(`${prefix}/approvals/:id`, route('getApproval', 'approver'), getApproval(mesh));
  app.post(`${prefix}/approvals/:id/resolve`, route('resolveApproval', 'approver'), resolveApproval(mesh));
  app.post(`${prefix}/approvals/:id/approve`, route('approve', 'approver'), resolveApproval(mesh, 'approved'));
  app.post(`${prefix}/approvals/:id/reject`, route('reject', 'approver'), resolveApproval(mesh, 'rejected'));

  app.get(`${prefix}/analytics/overview`, route('overview'), overview(mesh));
  app.get(`${prefix}/analytics/timeseries`, route('timeseries'), timeseries(mesh));
  app.get(`${prefix}/analytics/agents`, route('rankAgents'), rankAgents(mesh));
  app.get(`${prefix}/analytics/policies`, route('rankPolicies'), rankPolicies(mesh));
  app.get(`${prefix}/analytics/delegations`, route('delegationStats'), delegationStats(mesh));
  app.get(`${prefix}/analytics/trust-distribution`, route('trustDistribution'), trustDistribution(mesh));
  app.get(`${prefix}/analytics/latency-heatmap`, route('latencyHeatmap'), latencyHeatmap(mesh));
}
