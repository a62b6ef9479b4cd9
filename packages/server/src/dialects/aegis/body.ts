import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Fields, isFields } from './evaluation/proposal.js';
import { AegisFailure, invalid } from './failure.js';

/** Twice what parameters may come to. */
export const BODY_LIMIT = 2 * 1024 * 1024;

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
  const bytes = bodyBytes(request);
  // Before anything is parsed: a parser may take long over brackets alone.
  if (isTooDeep(bytes)) throw malformed(`the request body is nested more than ${MAX_DEPTH} deep`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new AegisFailure(malformed('the request body is no JSON').failure, { cause: error });
  }
  if (!isFields(value)) throw malformed('the request body must be a JSON object');
  checkValue(value);
  return value;
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}');

/** Counting brackets suffices: a text whose brackets do not pair is refused by the parser anyway. */
function isTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (quoted && byte === BACKSLASH) at += 1;
    else if (byte === QUOTE) quoted = !quoted;
    else if (quoted) continue;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** @throws AegisFailure */
function checkValue(value: unknown): void {
  if (typeof value === 'string' && !value.isWellFormed()) throw malformed('a text has half of a surrogate pair');
  if (typeof value === 'number' && !Number.isFinite(value)) throw malformed('a number is out of range');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    checkValue(key);
    checkValue(item);
  }
}

const malformed = (message: string): AegisFailure => invalid('AEGIS-REQ-001', 'request', message);

/** Reads a management request against its schema. @throws AegisFailure AEGIS-REQ-002 */
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
