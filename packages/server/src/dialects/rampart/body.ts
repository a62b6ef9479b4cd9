import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { badRequest } from '../../http/failure.js';
import { isFields, parseBody } from './documents/body.js';
import { refuseNul } from './documents/nul.js';
import { inexactValue, mayBeInexact } from './exact.js';

/** What most routes put before the reason why they cannot read a body. */
export const REQUEST_BODY = 'invalid request body';

/** What a tool has said may hold anything. */
const UNBOUND: ReadonlySet<string> = new Set(['output', 'error']);

const NONE = Buffer.alloc(0);

/** An exponent of three digits, or more digits than any double has. */
const MAY_OVERFLOW = /[eE]\+?\d{3}|\d{300}/;

/** The body as it came over the wire. */
export function bodyBytes(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : NONE;
}

/**
 * The request's one JSON value. Numbers beyond what a double holds are refused, since nothing could store them again.
 *
 * @throws InvalidCallError, RequestFailure 400.
 */
function jsonBody(request: FastifyRequest, label = REQUEST_BODY): unknown {
  const bytes = bodyBytes(request);
  const value = parseBody(bytes, label);
  if (MAY_OVERFLOW.test(bytes.toString('latin1'))) refuseInfinity(value, label);
  return value;
}

/**
 * The request's one JSON value, where an approval may come to be bound to it: every value must be held as it was written.
 * A tool's output alone may hold any text.
 *
 * @throws InvalidCallError, RequestFailure 400 that names the path of the value.
 */
export function exactBody(request: FastifyRequest): unknown {
  const bytes = bodyBytes(request);
  const value = parseBody(bytes, REQUEST_BODY);
  if (!mayBeInexact(bytes, value)) return value;
  refuseInfinity(value, REQUEST_BODY);
  const inexact = inexactValue(bytes.toString('latin1'), 'response');
  if (inexact !== undefined) throw badRequest(`${REQUEST_BODY}: ${inexact}`);
  return value;
}

function refuseInfinity(value: unknown, label: string): void {
  if (hasInfinity(value)) throw badRequest(`${label}: number out of range`);
}

function hasInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return false;
  for (const key in value) if (hasInfinity(Reflect.get(value, key))) return true;
  return false;
}

/**
 * Reads a request's body against its schema: `null` stands for `{}`, top-level names come in any casing, unknown fields
 * are ignored, and NUL is refused.
 *
 * @throws InvalidCallError, RequestFailure 400.
 */
export function readBody<Shape extends z.ZodRawShape>(
  request: FastifyRequest,
  schema: z.ZodObject<Shape>,
  label = REQUEST_BODY,
): z.output<z.ZodObject<Shape>> {
  const value = jsonBody(request, label) ?? {};
  if (!isFields(value)) throw badRequest(`${label}: the body must be a JSON object`);
  const parsed = schema.safeParse(foldNames(value, schema.shape));
  if (parsed.success) {
    refuseNul(parsed.data, UNBOUND, label);
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  throw badRequest(`${label}: ${issue?.path.join('.') ?? 'the body'} ${issue?.message ?? 'is not as documented'}`);
}

/** The decoder that the protocol was made with takes `Agent` for `agent`; the last spelling wins. */
function foldNames(value: Readonly<Record<string, unknown>>, shape: z.ZodRawShape): Record<string, unknown> {
  const fold = (key: string): string => {
    const lower = key.toLowerCase();
    return !Object.hasOwn(shape, key) && Object.hasOwn(shape, lower) ? lower : key;
  };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [fold(key), item]));
}
