import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { badRequest } from './failure.js';

const NONE = Buffer.alloc(0);
/** Brackets that may be open at once: deeper values could not be looked through. */
const MAX_DEPTH = 64;

/** The body as it came over the wire. */
export function bodyBytes({ body }: Pick<FastifyRequest, 'body'>): Buffer {
  return Buffer.isBuffer(body) ? body : NONE;
}

/** The request's one JSON value. @throws MeshGuardFailure 400. */
function jsonBody(request: Pick<FastifyRequest, 'body'>): unknown {
  let value: unknown;
  try {
    value = JSON.parse(bodyBytes(request).toString('utf8'));
  } catch {
    throw badRequest('The body must be JSON');
  }
  if (isDeep(value, MAX_DEPTH)) throw badRequest(`The body must be nested at most ${MAX_DEPTH} deep`);
  return value;
}

function isDeep(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((item) => isDeep(item, depth - 1));
}

/** Reads a request's body against its schema. @throws MeshGuardFailure 400. */
export function readBody<Schema extends z.ZodType>(
  request: Pick<FastifyRequest, 'body'>,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(jsonBody(request));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badRequest(`${issue?.path.join('.') || 'The body'} ${issue?.message ?? 'is not as documented'}`);
}
