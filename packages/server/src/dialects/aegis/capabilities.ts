import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Unit } from '../../engine/unit.js';
import { type Answer, answerWith, json } from '../../http/answer.js';
import { pathParam } from '../../http/params.js';
import { callerOf } from './auth.js';
import { readBody } from './body.js';
import { auditRecord, CHAIN, eventEntry } from './entries.js';
import { AegisFailure, invalid, notFound } from './failure.js';
import { runOnce } from './keyed.js';
import { pageOf, readPage } from './paging.js';
import type { Capability } from './registry/model.js';
import type { Registry } from './registry/registry.js';
import { deleteCapability, insertCapability, moveRevision, revisionIn, revisionRow } from './registry/rows.js';
import { compileSchema, SchemaError } from './registry/schema-check.js';
import type { Aegis } from './runtime.js';
import { capabilityRequest } from './schemas.js';
import { capabilityView } from './views.js';

const MAX_CAPABILITIES = 10_000;

/** `GET /api/v1/capabilities` */
export function listCapabilities(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const page = readPage(request);
    const list = async (): Promise<Answer> => {
      const all = [...(await aegis.registry.fresh()).capabilities.values()];
      const { items, cursor } = pageOf(all, page, ({ id }) => id);
      return json(200, { capabilities: items.map(capabilityView), total: all.length, cursor });
    };
    answerWith(reply, list());
  };
}

/** `GET /api/v1/capabilities/{id}`: by id or by name. */
export function getCapability(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const wanted = pathParam(request, 'id');
    const find = async (): Promise<Answer> => {
      const { capabilities } = await aegis.registry.fresh();
      const found = capabilities.get(wanted) ?? [...capabilities.values()].find(({ id }) => id === wanted);
      if (found === undefined) throw notFound('capability', 'AEGIS-CAP-004');
      return json(200, capabilityView(found));
    };
    answerWith(reply, find());
  };
}

/** `POST /api/v1/capabilities` */
export function registerCapability(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const { name, description, risk_level, parameter_schema: schema } = readBody(request, capabilityRequest);
    const register = async (): Promise<Answer> => {
      if (schema !== undefined) await checkSchema(schema);
      const unit = registration(aegis, await aegis.registry.fresh(), callerOf(request).name, (now) => ({
        id: `cap_${aegis.engine.ids.ulid(now)}`,
        name,
        description,
        riskLevel: risk_level,
        ...(schema !== undefined && { parameterSchema: schema }),
        createdAt: now,
      }));
      return runOnce(aegis, request, unit);
    };
    answerWith(reply, register());
  };
}

/** @throws AegisFailure AEGIS-REQ-002 */
async function checkSchema(schema: Readonly<Record<string, unknown>>): Promise<void> {
  try {
    await compileSchema(schema);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw invalid('AEGIS-REQ-002', 'request.parameter_schema', `parameter_schema is no JSON Schema: ${error.message}`);
  }
}

function registration(
  { engine }: Aegis,
  registry: Registry,
  by: string,
  make: (now: number) => Capability,
): Unit<Answer> {
  return {
    chains: [CHAIN],
    load: [{ sql: 'SELECT name FROM aegis_capabilities', params: [] }, revisionRow],
    decide: ([rows = [], revision], { now }) => {
      const capability = make(now);
      const { name } = capability;
      const isThere = rows.some((row) => row['name'] === name);
      // One that cannot be read counts as not registered, and is mended by registering it.
      const isUnreadable = revisionIn(revision) === registry.revision && !registry.capabilities.has(name);
      if (isThere && !isUnreadable) {
        throw conflict('AEGIS-CAP-006', `capability '${name}' is already registered`);
      }
      if (rows.length >= MAX_CAPABILITIES) {
        throw conflict('AEGIS-CAP-003', `no more than ${MAX_CAPABILITIES} capabilities can be registered`);
      }
      const entry = eventEntry(`aud_${engine.ids.ulid(now)}`, 'capability.registered', now, {
        actor_id: by,
        capability: name,
        details: { capability: capabilityView(capability) },
      });
      return {
        writes: [
          ...(isThere ? [deleteCapability(name)] : []),
          insertCapability(capability),
          moveRevision(engine.ids.ulid(now)),
        ],
        records: [auditRecord(entry, now)],
        answer: json(201, capabilityView(capability)),
      };
    },
  };
}

/** What is there already stands against it. */
export const conflict = (code: string, message: string): AegisFailure =>
  new AegisFailure({ status: 409, code, message, cause: 'request.name' });
