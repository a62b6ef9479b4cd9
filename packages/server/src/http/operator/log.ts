import { Readable } from 'node:stream';
import { VerificationError } from '@sallyport/verify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role } from '../../engine/credentials.js';
import { tellDamage } from '../damage.js';
import { badRequest, RequestFailure } from '../failure.js';
import { pathParam, queryParam } from '../params.js';
import { operatorOf } from './caller.js';
import type { OperatorContext } from './context.js';

const EVERYBODY: readonly Role[] = ['agent', 'approver', 'admin'];
const ADMIN: readonly Role[] = ['admin'];

/** The audit log for those who do not believe the server: checkpoints and proofs for everybody, records for admins. */
export function mountLog(app: FastifyInstance, context: OperatorContext): void {
  const { ledger } = context.engine;

  app.get('/log/:chain/checkpoint', { config: { operation: 'checkpoint' } }, async (request, reply) => {
    const name = await chainOf(context, request, EVERYBODY);
    reply.type('text/plain; charset=utf-8').header('sallyport-checkpoint-key', ledger.publicKey);
    return ledger.checkpoint(name);
  });

  app.get('/log/:chain/inclusion', { config: { operation: 'inclusion' } }, async (request) => {
    const name = await chainOf(context, request, EVERYBODY);
    const seq = required(request, 'seq');
    const size = optional(request, 'size') ?? (await ledger.head(name)).size;
    return { chain: name, seq, size, proof: await proven(() => ledger.inclusion(name, seq, size)) };
  });

  app.get('/log/:chain/consistency', { config: { operation: 'consistency' } }, async (request) => {
    const name = await chainOf(context, request, EVERYBODY);
    const from = required(request, 'from');
    const to = optional(request, 'to') ?? (await ledger.head(name)).size;
    return { chain: name, from, to, proof: await proven(() => ledger.consistency(name, from, to)) };
  });

  app.get('/log/:chain/export', { config: { operation: 'exportLog' } }, async (request, reply) => {
    const name = await chainOf(context, request, ADMIN);
    await tellDamage(reply, ledger, name);
    reply.type('application/x-ndjson').header('content-disposition', `attachment; filename="${name}.jsonl"`);
    return Readable.from(linesOf(context, name));
  });

  app.get('/log/:chain/verify', { config: { operation: 'verifyLog' } }, async (request) => {
    const name = await chainOf(context, request, ADMIN);
    return { chain: name, ...(await ledger.verify(name)) };
  });
}

/** The records' own lines, as they were hashed. */
async function* linesOf({ engine }: OperatorContext, chain: string): AsyncGenerator<string> {
  for await (const { text } of engine.ledger.stream({ chain })) yield `${text}\n`;
}

async function chainOf(context: OperatorContext, request: FastifyRequest, roles: readonly Role[]): Promise<string> {
  const { engine, dialects } = context;
  const { covers } = await operatorOf(request, engine.credentials, engine.clock.now(), roles);
  const name = pathParam(request, 'chain');
  for (const [dialect, { chains, tenantOf }] of dialects) {
    if (Object.hasOwn(chains, name) && covers(dialect, tenantOf?.(name))) return name;
  }
  throw new RequestFailure(404, 'chain not found');
}

/** A proof that cannot be given is the asker's mistake: it named a size or a record that there is not. */
async function proven(prove: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await prove();
  } catch (error) {
    if (error instanceof VerificationError) throw badRequest(error.message);
    throw error;
  }
}

function required(request: FastifyRequest, name: string): number {
  const value = optional(request, name);
  if (value === undefined) throw badRequest(`${name} is required`);
  return value;
}

function optional(request: FastifyRequest, name: string): number | undefined {
  const value = queryParam(request, name);
  if (value === '') return undefined;
  if (!/^\d{1,15}$/.test(value)) throw badRequest(`${name} must be a whole number`);
  return Number(value);
}
