import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Query, Unit } from '../../../engine/unit.js';
import { type Answer, json, send } from '../../../http/answer.js';
import { pathParam } from '../../../http/params.js';
import { isoTime } from '../agents/agent.js';
import { chainsOf, eventRecord } from '../audit/records.js';
import { bodyBytes } from '../body.js';
import { badRequest, MeshGuardFailure, notFound } from '../failure.js';
import { type AdminCaller, adminCallerOf } from '../identity/admin-auth.js';
import { newId } from '../ids.js';
import { keyOf, runOnce } from '../keyed.js';
import { type Problem, readDocument } from '../policy/document.js';
import type { PolicyDocument } from '../policy/model.js';
import type { MeshGuard } from '../runtime.js';
import { readPolicyFiles } from './files.js';
import { BUMP_REVISION, deletePolicy, putPolicy, type StoredPolicy, type UnreadablePolicy } from './policy-store.js';
import { parsePolicy } from './text.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

const answering =
  (answer: (request: FastifyRequest) => Promise<Answer>): Handler =>
  async (request, reply) =>
    send(reply, await answer(request));

/** A policy as its API shows it. */
function policyView({ document, createdAt, updatedAt }: StoredPolicy): Readonly<Record<string, unknown>> {
  const { name, rules, ...rest } = document;
  return {
    id: name,
    name,
    ...rest,
    // Some clients read one action of a rule, in one text.
    rules: rules.map((rule) => ({ ...rule, action: rule.actions.join(', ') })),
    active: true,
    ...(createdAt !== undefined && { createdAt: isoTime(createdAt) }),
    ...(updatedAt !== undefined && { updatedAt: isoTime(updatedAt) }),
  };
}

/** A policy that nobody can read, in the form of the others: it has no rules that anybody knows, and denies everything. */
function unreadableView({ name, createdAt, updatedAt }: UnreadablePolicy): Readonly<Record<string, unknown>> {
  const appliesTo = { trustTiers: [], tags: [], agentIds: [], orgIds: [] };
  return {
    id: name,
    name,
    appliesTo,
    rules: [],
    defaultEffect: 'deny',
    active: false,
    error: UNREADABLE,
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  };
}

const UNREADABLE = 'It cannot be read, and every call is denied: apply it again or delete it';

/** `GET /admin/policies` */
export const listPolicies = (mesh: MeshGuard): Handler =>
  answering(async (request) => {
    const { policies, unreadable } = await current(mesh, adminCallerOf(request));
    return json(200, { policies: [...policies.map(policyView), ...unreadable.map(unreadableView)] });
  });

/** `GET /admin/policies/:name` */
export const getPolicy = (mesh: MeshGuard): Handler =>
  answering(async (request) => {
    const name = pathParam(request, 'name');
    return json(200, policyView(await findPolicy(mesh, adminCallerOf(request), name)));
  });

/** `POST /admin/policies`, `PUT /admin/policies/:name` */
export const applyPolicy = (mesh: MeshGuard): Handler =>
  answering(async (request) => {
    const { document, problems } = readDocument(parsePolicy(bodyBytes(request)));
    if (document === undefined) throw rejected(problems);
    const name = pathParam(request, 'name');
    if (name !== '' && name !== document.name)
      throw badRequest(`The policy is called "${document.name}", not "${name}"`);
    const caller = adminCallerOf(request);
    const answer = await runOnce(mesh, keyOf(request, caller.id), applying(mesh, caller, document, problems));
    await mesh.policies.load();
    return answer;
  });

function applying(
  mesh: MeshGuard,
  { orgId, name: actor }: AdminCaller,
  document: PolicyDocument,
  problems: readonly Problem[],
): Unit<Answer> {
  return {
    chains: [chainsOf(orgId).events],
    load: [policyRow(orgId, document.name)],
    decide: ([rows = []], { now }) => {
      const [known] = rows;
      const createdAt = known === undefined ? now : Number(known['created_at']);
      const event = {
        id: newId(mesh.engine.ids, 'evt', now),
        orgId,
        type: 'policy.applied',
        actor,
        subject: document.name,
        data: { document },
      };
      return {
        writes: [putPolicy(orgId, document, now), BUMP_REVISION],
        records: [eventRecord(event, now)],
        answer: json(known === undefined ? 201 : 200, {
          ...policyView({ document, createdAt, updatedAt: now }),
          warnings: findings(problems, 'warning'),
        }),
      };
    },
  };
}

/** `DELETE /admin/policies/:name` */
export const removePolicy = (mesh: MeshGuard): Handler =>
  answering(async (request) => {
    const caller = adminCallerOf(request);
    const removing = removal(mesh, caller, pathParam(request, 'name'));
    const answer = await runOnce(mesh, keyOf(request, caller.id), removing);
    await mesh.policies.load();
    return answer;
  });

function removal(mesh: MeshGuard, { orgId, name: actor }: AdminCaller, name: string): Unit<Answer> {
  return {
    chains: [chainsOf(orgId).events],
    // No name contains a NUL, and no column could be compared with one.
    load: [policyRow(orgId, name.replaceAll('\0', '\ufffd'))],
    decide: ([rows = []], { now }) => {
      if (rows.length === 0) {
        const isFile = mesh.policies.of(orgId).policies.some(({ document }) => document.name === name);
        if (isFile) throw new MeshGuardFailure(409, `Policy ${name} comes from a file: remove it there`);
        throw unknownPolicy(name);
      }
      const event = { orgId, type: 'policy.deleted', actor, subject: name };
      return {
        writes: [deletePolicy(orgId, name), BUMP_REVISION],
        records: [eventRecord({ id: newId(mesh.engine.ids, 'evt', now), ...event }, now)],
        answer: json(200, { status: 'deleted', name }),
      };
    },
  };
}

const policyRow = (orgId: string, name: string): Query => ({
  sql: 'SELECT created_at FROM meshguard_policies WHERE org = ? AND name = ?',
  params: [orgId, name],
});

const unknownPolicy = (name: string): MeshGuardFailure => notFound(`Policy ${name.slice(0, 128)} not found`);

/** `POST /admin/policies/validate` */
export const validatePolicy = (): Handler =>
  answering(async (request) => {
    const { document, problems } = readDocument(parsePolicy(bodyBytes(request)));
    if (document === undefined) throw rejected(problems);
    return json(200, { valid: true, name: document.name, errors: [], warnings: findings(problems, 'warning') });
  });

/** `POST /admin/policies/reload` */
export const reloadPolicies = (mesh: MeshGuard): Handler =>
  answering(async (request) => {
    await mesh.policies.useFiles(await readPolicyFiles(mesh.settings.policyDirectory, mesh.engine.log));
    const { policies } = mesh.policies.of(adminCallerOf(request).orgId);
    return json(200, { status: 'reloaded', policies: policies.length });
  });

/** The policies as the store has them, which another replica may have changed. */
async function current(mesh: MeshGuard, { orgId }: AdminCaller) {
  if (mesh.engine.store.shared) await mesh.policies.load();
  return mesh.policies.of(orgId);
}

/** @throws MeshGuardFailure 404, or 409 for one that cannot be read. */
export async function findPolicy(mesh: MeshGuard, caller: AdminCaller, name: string): Promise<StoredPolicy> {
  const { policies, unreadable } = await current(mesh, caller);
  if (unreadable.some((policy) => policy.name === name))
    throw new MeshGuardFailure(409, `Policy ${name}: ${UNREADABLE}`);
  const found = policies.find(({ document }) => document.name === name);
  if (found === undefined) throw unknownPolicy(name);
  return found;
}

function findings(problems: readonly Problem[], wanted: Problem['severity']): readonly object[] {
  return problems.filter(({ severity }) => severity === wanted).map(({ path, message }) => ({ path, message }));
}

/** A policy that cannot be used, with all that is wrong about it. */
export function rejected(problems: readonly Problem[]): MeshGuardFailure {
  const [first] = problems.filter(({ severity }) => severity === 'error');
  const place = first?.path ? `${first.path} ` : '';
  return new MeshGuardFailure(400, `The policy is invalid: ${place}${first?.message ?? ''}`, {
    valid: false,
    errors: findings(problems, 'error'),
    warnings: findings(problems, 'warning'),
  });
}
