import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Credential } from '../../engine/credentials.js';
import { takeRawBodies } from '../../http/raw-bodies.js';
import { auditEvents, auditLog, auditTrail } from './audit.js';
import { admit, credentialOf, declareCaller, identify, type Scope } from './auth.js';
import { BODY_LIMIT } from './body.js';
import { getCapability, listCapabilities, registerCapability } from './capabilities.js';
import { getDecision, listDecisions } from './decisions.js';
import { getEscalation, listEscalations } from './escalations.js';
import { reportExecution } from './execution.js';
import { AegisFailure } from './failure.js';
import { answerFailures } from './failures.js';
import { createGrant, listGrants, revokeGrant } from './grants.js';
import { health, ready } from './health.js';
import { createPolicy, getPolicy, listPolicies, updatePolicy } from './policies.js';
import { propose } from './propose.js';
import { type Allowance, showAllowance } from './rate-limit.js';
import { respond } from './respond.js';
import type { Aegis } from './runtime.js';

/** What an answer of this server can do beyond the protocol. */
const FEATURES = 'idempotency, approval-wait, outcomes';

/** Declares every route of the protocol, and ours beside them. */
export function mountRoutes(app: FastifyInstance, aegis: Aegis): void {
  declareCaller(app);
  takeRawBodies(app, BODY_LIMIT);
  answerFailures(app, aegis.engine);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('sallyport-features', FEATURES);
    // Every answer says what is left; a route that asks for a key says it of that key.
    showAllowance(reply, aegis.requests.look(strangerAt(request)));
    done();
  });

  const route = (operation: string, ...scopes: Scope[]) => ({
    config: { operation },
    onRequest: requires(aegis, scopes),
  });
  app.post('/api/v1/governance/propose', route('propose', 'governance:propose'), propose(aegis));
  app.get('/api/v1/governance/decisions', route('listDecisions', 'governance:read'), listDecisions(aegis));
  app.get('/api/v1/governance/decisions/:id', route('getDecision', 'governance:read'), getDecision(aegis));
  app.post(
    '/api/v1/governance/decisions/:id/execution',
    route('reportExecution', 'governance:propose'),
    reportExecution(aegis),
  );
  app.get('/api/v1/governance/escalations', route('listEscalations', 'governance:read'), listEscalations(aegis));
  app.get('/api/v1/governance/escalations/:id', route('getEscalation', 'governance:read'), getEscalation(aegis));
  app.post('/api/v1/governance/escalations/:id/respond', route('respond', 'governance:respond'), respond(aegis));

  app.get('/api/v1/capabilities', route('listCapabilities'), listCapabilities(aegis));
  app.post('/api/v1/capabilities', route('registerCapability', 'capabilities:manage'), registerCapability(aegis));
  app.get('/api/v1/capabilities/:id', route('getCapability'), getCapability(aegis));
  app.get('/api/v1/policies', route('listPolicies'), listPolicies(aegis));
  app.post('/api/v1/policies', route('createPolicy', 'policies:manage'), createPolicy(aegis));
  app.get('/api/v1/policies/:id', route('getPolicy'), getPolicy(aegis));
  app.put('/api/v1/policies/:id', route('updatePolicy', 'policies:manage'), updatePolicy(aegis));
  app.get('/api/v1/actors/:id/grants', route('listGrants'), listGrants(aegis));
  app.post('/api/v1/actors/:id/grants', route('createGrant', 'capabilities:manage'), createGrant(aegis));
  app.delete('/api/v1/actors/:id/grants/:capability', route('revokeGrant', 'capabilities:manage'), revokeGrant(aegis));

  app.get('/api/v1/audit/log', route('auditLog', 'audit:read'), auditLog(aegis));
  app.get('/api/v1/audit/log/:decisionId', route('auditTrail', 'audit:read'), auditTrail(aegis));
  app.get('/api/v1/audit/events', route('auditEvents', 'audit:read'), auditEvents(aegis));

  app.get('/api/v1/health', { config: { operation: 'health' } }, health(aegis));
  // Names that other documents of the platform use, below this dialect's own mount alone.
  app.get('/health', health(aegis));
  app.get('/healthz', health(aegis));
  app.get('/readyz', ready(aegis));
}

/** Whoever has no key yet is counted by address. */
const strangerAt = ({ ip }: FastifyRequest): string => `address ${ip}`;

/** Admits a request by its API key, within the key's allowance, before anything of the body is read. */
function requires(aegis: Aegis, scopes: readonly Scope[]): onRequestHookHandler {
  const { credentials, clock } = aegis.engine;
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => {
    const judge = (credential: Credential | undefined): void => {
      try {
        const allowance = aegis.requests.take(credential?.id ?? strangerAt(request));
        showAllowance(reply, allowance);
        assertAllowed(allowance, clock.now());
        admit(request, identify(request, credential, clock.now()), scopes);
      } catch (error) {
        done(error instanceof Error ? error : new Error('not admitted', { cause: error }));
        return;
      }
      done();
    };
    const found = credentialOf(request, credentials);
    // The hot path stays synchronous: the store looks keys up in memory.
    if (found instanceof Promise) found.then(judge, done);
    else judge(found);
  };
}

/** @throws AegisFailure 429 */
function assertAllowed({ allowed, limit, resetAt }: Allowance, now: number): void {
  if (allowed) return;
  const retryAfter = Math.max(1, Math.ceil(resetAt - now / 1000));
  const message = `the limit of ${limit} requests per minute is reached`;
  throw new AegisFailure({ status: 429, code: 'AEGIS-RATE-001', message, cause: 'authorization', retryAfter });
}
