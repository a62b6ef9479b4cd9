import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, answerWith, json, send } from '../../http/answer.js';
import { badRequest, RequestFailure } from '../../http/failure.js';
import { readBody } from './body.js';
import { countNeeds } from './counts.js';
import { canonicalCall } from './documents/canonical.js';
import { PolicyStoreError } from './documents/errors.js';
import type { Facts } from './policy/model.js';
import type { Rampart } from './runtime.js';
import { testRequest } from './schemas.js';

/** `GET /v1/policy/summary` */
export function policySummary(rampart: Rampart) {
  return (_request: FastifyRequest, reply: FastifyReply): void => send(reply, json(200, rampart.policies.summary()));
}

/** `GET /v1/policies` */
export function listPolicies(rampart: Rampart) {
  return (_request: FastifyRequest, reply: FastifyReply): void => send(reply, json(200, rampart.policies.policies()));
}

/** `POST /v1/policy/reload` */
export function reloadPolicies(rampart: Rampart) {
  return (_request: FastifyRequest, reply: FastifyReply): void => answerWith(reply, reload(rampart));
}

async function reload(rampart: Rampart): Promise<Answer> {
  try {
    const { policies, rules, ms } = await rampart.policies.reload();
    return json(200, {
      success: true,
      policies_loaded: policies,
      rules_total: rules,
      reload_time_ms: Math.round(ms),
    });
  } catch (error) {
    if (error instanceof PolicyStoreError && error.code === 'reload_failed') {
      return json(500, { success: false, error: error.message });
    }
    throw error;
  }
}

/** Tools whose subject is a path: the `command` of a test is taken for it. */
const PATH_TOOLS: ReadonlySet<string> = new Set(['read', 'write']);

/** `POST /v1/test`: what would be decided, without a record. */
export function testPolicy(rampart: Rampart) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const { command, tool, agent, session } = readTest(request);
    const params = PATH_TOOLS.has(tool) ? { path: command } : { command };
    const { call } = canonicalCall(tool, { agent, session, params });
    answerWith(
      reply,
      dryFacts(rampart, tool).then((facts) => {
        const { action, message, matchedPolicies } = rampart.policies.current().evaluate(call, facts);
        return json(200, {
          command,
          tool,
          action,
          message,
          matched_policies: matchedPolicies,
          policy_scope: 'global',
        });
      }),
    );
  };
}

function readTest(request: FastifyRequest) {
  let body: ReturnType<typeof testRequest.parse>;
  try {
    body = readBody(request, testRequest);
  } catch (error) {
    throw new RequestFailure(400, 'invalid request body', { cause: error });
  }
  const { command, tool, agent, session } = body;
  if (!command) throw badRequest('command is required');
  return { command, tool: tool || 'exec', agent: agent ?? '', session: session ?? '' };
}

/** The facts of a call that nobody makes: counts are read, and left as they are. */
export async function dryFacts(rampart: Rampart, tool: string): Promise<Facts> {
  const { store, clock } = rampart.engine;
  const now = clock.now();
  const needs = countNeeds(rampart.policies.current(), tool, now);
  const counts = needs.read(await Promise.all(needs.loads.map((load) => store.all(load))), true);
  return { now, callCount: counts.callCount, denyUnmatched: false, realpath: rampart.realpath };
}
