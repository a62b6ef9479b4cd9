import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Row, Unit } from '../../engine/unit.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { pathParam, queryParam } from '../../http/params.js';
import { callerOf } from './auth.js';
import { readBody } from './body.js';
import { conflict } from './capabilities.js';
import { ConditionSyntaxError } from './conditions/lex.js';
import { parseCondition } from './conditions/parse.js';
import { auditRecord, CHAIN, eventEntry } from './entries.js';
import { invalid, notFound } from './failure.js';
import { runOnce } from './keyed.js';
import { pageOf, readPage } from './paging.js';
import type { Policy, PolicyRule } from './registry/model.js';
import type { Registry } from './registry/registry.js';
import { insertPolicy, moveRevision, type PolicyKey, policyKeyOf, policyRows, replacePolicy } from './registry/rows.js';
import type { Aegis } from './runtime.js';
import { policyRequest } from './schemas.js';
import { policyView } from './views.js';

const MAX_POLICIES = 10_000;

const UNREADABLE = 'This policy cannot be read, and nothing is allowed until it is replaced.';

/** All policies; those that cannot be read have no rules that anybody knows. */
const shown = ({ policies, unreadable }: Registry): readonly Policy[] => [
  ...policies,
  ...unreadable.map(
    ({ id, name, version, createdAt, updatedAt }): Policy => ({
      ...{ id, name, version, createdAt, updatedAt },
      description: UNREADABLE,
      rules: [],
      enabled: true,
    }),
  ),
];

/** `GET /api/v1/policies`: the enabled ones; `?enabled=all` for all. */
export function listPolicies(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const page = readPage(request);
    const all = queryParam(request, 'enabled') === 'all';
    const list = async (): Promise<Answer> => {
      const policies = shown(await aegis.registry.fresh()).filter(({ enabled }) => all || enabled);
      const { items, cursor } = pageOf(policies, page, ({ id }) => id);
      return json(200, { policies: items.map(policyView), total: policies.length, cursor });
    };
    answerWith(reply, list());
  };
}

/** `GET /api/v1/policies/{id}` */
export function getPolicy(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const wanted = pathParam(request, 'id');
    const find = async (): Promise<Answer> => {
      const found = shown(await aegis.registry.fresh()).find(({ id }) => id === wanted);
      if (found === undefined) throw notFound('policy');
      return json(200, policyView(found));
    };
    answerWith(reply, find());
  };
}

/** What a request says about a policy. */
type PolicyBody = Pick<Policy, 'name' | 'description' | 'rules' | 'enabled'>;

/** `POST /api/v1/policies` */
export function createPolicy(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const body = readPolicy(readBody(request, policyRequest));
    const unit = writing(aegis, callerOf(request).name, 'policy.created', (policies, now) => {
      if (policies.length >= MAX_POLICIES)
        throw conflict('AEGIS-POL-011', `there are ${MAX_POLICIES} policies already`);
      return { ...body, id: `pol_${aegis.engine.ids.ulid(now)}`, version: 1, createdAt: now, updatedAt: now };
    });
    answerWith(reply, runOnce(aegis, request, unit));
  };
}

/** `PUT /api/v1/policies/{id}`: counts from the next decision on. */
export function updatePolicy(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const id = pathParam(request, 'id');
    const body = readPolicy(readBody(request, policyRequest));
    const unit = writing(aegis, callerOf(request).name, 'policy.updated', (policies, now) => {
      const before = policies.find((policy) => policy.id === id);
      if (before === undefined) throw notFound('policy');
      return { ...before, ...body, version: before.version + 1, updatedAt: now };
    });
    answerWith(reply, runOnce(aegis, request, unit));
  };
}

/** @throws AegisFailure AEGIS-REQ-002 for a condition that cannot be read */
function readPolicy({ name, description, rules, enabled }: z.output<typeof policyRequest>): PolicyBody {
  for (const [index, { condition }] of rules.entries()) {
    if (condition === undefined) continue;
    try {
      parseCondition(condition);
    } catch (error) {
      if (!(error instanceof ConditionSyntaxError)) throw error;
      throw invalid('AEGIS-REQ-002', `request.rules.${index}.condition`, `rules.${index}.condition: ${error.message}`);
    }
  }
  return { name, description, enabled, rules: rules.map(readRule) };
}

function readRule({
  capability,
  condition,
  outcome,
  priority,
}: z.output<typeof policyRequest>['rules'][number]): PolicyRule {
  return { capability, ...(condition !== undefined && { condition }), outcome, priority };
}

function writing(
  { engine }: Aegis,
  by: string,
  type: 'policy.created' | 'policy.updated',
  make: (policies: readonly PolicyKey[], now: number) => Policy,
): Unit<Answer> {
  return {
    chains: [CHAIN],
    load: [policyRows],
    decide: ([rows = []]: readonly (readonly Row[])[], { now }) => {
      const policies = rows.map(policyKeyOf);
      const policy = make(policies, now);
      if (policies.some(({ id, name }) => name === policy.name && id !== policy.id)) {
        throw conflict('AEGIS-POL-010', `policy '${policy.name}' is already registered`);
      }
      const entry = eventEntry(`aud_${engine.ids.ulid(now)}`, type, now, {
        actor_id: by,
        details: { policy: policyView(policy) },
      });
      const created = type === 'policy.created';
      return {
        writes: [created ? insertPolicy(policy) : replacePolicy(policy), moveRevision(engine.ids.ulid(now))],
        records: [auditRecord(entry, now)],
        answer: json(created ? 201 : 200, policyView(policy)),
      };
    },
  };
}
