import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { RequestFailure } from '../../http/failure.js';
import { pathParam } from '../../http/params.js';
import { readBody } from './body.js';
import type { PolicyStoreError, PolicyStoreErrorCode } from './documents/errors.js';
import type { Rampart } from './runtime.js';
import { learnRequest } from './schemas.js';

const STATUSES: Readonly<Record<PolicyStoreErrorCode, number>> = {
  invalid_rule: 400,
  inexact_rule: 422,
  unknown_rule: 404,
  rate_limited: 429,
  write_failed: 500,
  reload_failed: 500,
  rule_claimed: 500,
};

/** The documented status of what the policy store refuses. */
export function statusOfPolicyError(error: PolicyStoreError): number {
  return STATUSES[error.code];
}

/** `GET /v1/rules/auto-allowed` */
export function listRules(rampart: Rampart) {
  return (_request: FastifyRequest, reply: FastifyReply): void => {
    answerWith(
      reply,
      rampart.policies.autoAllowed().then((rules) => json(200, { rules })),
    );
  };
}

/** `DELETE /v1/rules/auto-allowed/{name}` */
export function deleteRule(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const deleted = rampart.policies.deleteAutoAllowed(pathParam(request, 'name'));
    answerWith(
      reply,
      deleted.then(() => json(200, { deleted: true })),
    );
  };
}

/** `POST /v1/rules/learn` */
export function learnRule(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    answerWith(reply, learn(rampart, readLearnRequest(request)));
  };
}

interface Learning {
  readonly tool: string;
  readonly args: string;
  readonly decision: string;
  readonly source: string;
}

/** Whatever is wrong with this body, it is answered with the same words. */
function readLearnRequest(request: FastifyRequest): Learning {
  let body: ReturnType<typeof learnRequest.parse>;
  try {
    body = readBody(request, learnRequest);
  } catch (error) {
    throw new RequestFailure(400, 'invalid JSON body', { cause: error });
  }
  return { tool: body.tool ?? '', args: body.args ?? '', decision: body.decision ?? '', source: body.source ?? '' };
}

async function learn(rampart: Rampart, { tool, args, decision, source }: Learning): Promise<Answer> {
  const added = await rampart.policies.learn({ tool, args, decision, source });
  const { name: rule_name, pattern } = added;
  if (added.created) {
    const data = { rule_name, tool, pattern, decision };
    rampart.engine.events.publish({ dialect: 'rampart', type: 'rule.learned', data });
  }
  return json(added.created ? 201 : 409, { rule_name, tool, pattern, decision, source });
}
