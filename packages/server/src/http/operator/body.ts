import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { badRequest } from '../failure.js';

/** Reads a request's JSON body. Unknown fields are refused: an operator's typing error must not pass for consent. @throws RequestFailure 400 */
export function operatorBody<Schema extends z.ZodType>(
  { body }: Pick<FastifyRequest, 'body'>,
  schema: Schema,
): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  } catch (error) {
    throw badRequest(`invalid request body: ${error instanceof SyntaxError ? 'malformed JSON' : 'unreadable'}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'the body';
  throw badRequest(`invalid request body: ${where}: ${issue?.message ?? 'not as documented'}`);
}
