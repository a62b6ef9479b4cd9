import type { FastifyReply, FastifyRequest } from 'fastify';
import { json, send } from '../../../http/answer.js';
import { findAgent } from '../agents/service.js';
import { readBody } from '../body.js';
import { checkAction, checkContext, checkResource } from '../decide/headers.js';
import { adminCallerOf } from '../identity/admin-auth.js';
import { readDocument } from '../policy/document.js';
import type { PolicyDocument } from '../policy/model.js';
import { PolicySet } from '../policy/policy-set.js';
import type { MeshGuard } from '../runtime.js';
import { testPolicyRequest } from '../schemas.js';
import { findPolicy, rejected } from './routes.js';

/** `POST /admin/policies/test`: what one policy alone says about an agent's action. Denials are answers, too. */
export const testPolicy =
  (mesh: MeshGuard) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { policy, agentId, action, resource, context } = readBody(request, testPolicyRequest);
    const caller = adminCallerOf(request);
    const document =
      typeof policy === 'string' ? (await findPolicy(mesh, caller, policy)).document : givenPolicy(policy);
    const agent = await findAgent(mesh, caller, agentId);
    const verdict = new PolicySet([document], 0).evaluate({
      agent,
      action: checkAction(action, 'action'),
      ...(resource !== undefined && { resource: checkResource(resource, 'resource') }),
      context: checkContext(context, 'context'),
      now: mesh.engine.clock.now(),
    });
    const { effect, limits: _, explicit, ...told } = verdict;
    const allowed = effect === 'allow';
    send(
      reply,
      json(200, { decision: allowed ? 'allow' : 'deny', allowed, effect, matched: explicit, agentId, action, ...told }),
    );
  };

function givenPolicy(given: unknown): PolicyDocument {
  const { document, problems } = readDocument(given);
  if (document === undefined) throw rejected(problems);
  return document;
}
