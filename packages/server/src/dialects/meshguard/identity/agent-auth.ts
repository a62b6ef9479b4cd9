import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Credential } from '../../../engine/credentials.js';
import { bearerToken } from '../../../http/bearer.js';
import { unauthorized } from '../failure.js';
import type { MeshGuard } from '../runtime.js';

/** The agent that calls. */
export interface AgentCaller {
  readonly agentId: string;
  readonly orgId: string;
  /** Id of the credential: owner of the approvals that its calls lead to. */
  readonly credential: string;
  /** Whether it has shown a token of its own, which has to be its current one. */
  readonly byToken: boolean;
}

const CALLER = 'meshguardAgent';

/** Declares the properties that the hooks of this folder fill. */
export function declareCallers(app: { decorateRequest(name: string): unknown }): void {
  app.decorateRequest(CALLER);
}

/** The agent that {@link requiresAgent} has let in. */
export const agentCallerOf = (request: FastifyRequest): AgentCaller => request.getDecorator<AgentCaller>(CALLER);

/** Admits agents by their token, before anything else of the request is looked at. */
export function requiresAgent(mesh: MeshGuard): onRequestHookHandler {
  return (request, _reply, done) => {
    identifyAgent(mesh, bearerToken(request.headers.authorization)).then((caller) => {
      if (caller === undefined) return done(unauthorized());
      request.setDecorator(CALLER, caller);
      done();
    }, done);
  };
}

/** The agent whose token it is; undefined for a token that is worth nothing. */
export async function identifyAgent(mesh: MeshGuard, token: string | undefined): Promise<AgentCaller | undefined> {
  if (token === undefined) return undefined;
  const { credentials, clock } = mesh.engine;
  const verified = mesh.tokens.verify(token, clock.now());
  const claims = verified instanceof Promise ? await verified : verified;
  if (claims === undefined) return undefined;
  const found = credentials.find(token);
  const credential = found instanceof Promise ? await found : found;
  if (!isValid(credential, clock.now()) || credential.subject !== claims.agentId) return undefined;
  const { tenant: orgId, id } = credential;
  if (claims.orgId !== undefined && claims.orgId !== orgId) return undefined;
  await mesh.orgs.ensure(orgId);
  return { agentId: claims.agentId, orgId, credential: id, byToken: true };
}

function isValid(credential: Credential | undefined, now: number): credential is Credential {
  return (
    credential !== undefined &&
    credential.dialect === 'meshguard' &&
    credential.roles.includes('agent') &&
    credential.revokedAt === undefined &&
    (credential.expiresAt === undefined || credential.expiresAt > now)
  );
}
