import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Fields, isFields } from './evaluation/proposal.js';
import { AegisFailure, invalid } from './failure.js';

/** What the engine reads at most; parameters have a lower limit of their own. */
export const BODY_LIMIT = 10 * 1024 * 1024;

const MAX_DEPTH = 200;
const NONE = Buffer.alloc(0);

/** The body as it came over the wire. */
export function bodyBytes({ body }: Pick<FastifyRequest, 'body'>): Buffer {
  return Buffer.isBuffer(body) ? body : NONE;
}

/**
 * The request's JSON object.
 *
 * @throws AegisFailure AEGIS-REQ-001 for anything else, for nesting beyond 200 levels, and for texts and numbers that
 * cannot be stored again.
 */
export function jsonObject(request: Pick<FastifyRequest, 'body'>): Fields {
  let value: unknown;
  try {
    value = JSON.parse(bodyBytes(request).toString('utf8'));
  } catch (error) {
    throw new AegisFailure(malformed('the request body is no JSON').failure, { cause: error });
  }
  if (!isFields(value)) throw malformed('the request body must be a JSON object');
  checkValue(value, 0);
  return value;
}

/** @throws AegisFailure */
function checkValue(value: unknown, depth: number): void {
  if (typeof value === 'string' && !value.isWellFormed()) throw malformed('a text has half of a surrogate pair');
  if (typeof value === 'number' && !Number.isFinite(value)) throw malformed('a number is out of range');
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw malformed(`the request body is nested more than ${MAX_DEPTH} deep`);
  for (const [key, item] of Object.entries(value)) {
    checkValue(key, depth);
    checkValue(item, depth + 1);
  }
}

const malformed = (message: string): AegisFailure => invalid('AEGIS-REQ-001', 'request', message);

/** Reads a management request against its schema; unknown fields are ignored. @throws AegisFailure AEGIS-REQ-002 */
export function readBody<Schema extends z.ZodType>(
  request: Pick<FastifyRequest, 'body'>,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(jsonObject(request));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw invalid(
    'AEGIS-REQ-002',
    where === '' ? 'request' : `request.${where}`,
    `${where || 'the body'}: ${issue?.message ?? 'not as documented'}`,
  );
}
