import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { bearerToken } from '../../../http/bearer.js';
import { unauthorized } from '../failure.js';
import type { MeshGuard } from '../runtime.js';
import { identifyAdmin } from './admin-auth.js';
import { identifyAgent } from './agent-auth.js';

/** An admin of an organisation, or one of its agents. */
export interface Member {
  /** How audit records name it. */
  readonly name: string;
  readonly orgId: string;
  readonly isSuper: boolean;
  /** Undefined for an admin. */
  readonly agentId?: string;
}

const MEMBER = 'meshguardMember';

/** Declares the property that {@link requiresMember} fills. */
export function declareMembers(app: { decorateRequest(name: string): unknown }): void {
  app.decorateRequest(MEMBER);
}

/** The member that {@link requiresMember} has let in. */
export const memberOf = (request: FastifyRequest): Member => request.getDecorator<Member>(MEMBER);

/** A JWT is three parts with dots between; no other token has any. */
const isJwt = (token: string): boolean => token.split('.').length === 3;

/** Admits admins and agents. */
export function requiresMember(mesh: MeshGuard): onRequestHookHandler {
  return (request, _reply, done) => {
    identifyMember(mesh, request).then((member) => {
      request.setDecorator(MEMBER, member);
      done();
    }, done);
  };
}

async function identifyMember(mesh: MeshGuard, request: FastifyRequest): Promise<Member> {
  const token = bearerToken(request.headers.authorization);
  if (request.headers['x-admin-token'] !== undefined || token === undefined || !isJwt(token)) {
    return identifyAdmin(mesh, request, 'admin');
  }
  const agent = await identifyAgent(mesh, token);
  if (agent === undefined) throw unauthorized();
  return { name: agent.agentId, orgId: agent.orgId, isSuper: false, agentId: agent.agentId };
}
