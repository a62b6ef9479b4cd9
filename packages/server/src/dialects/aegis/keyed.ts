import type { FastifyRequest } from 'fastify';
import type { Unit } from '../../engine/unit.js';
import type { Answer } from '../../http/answer.js';
import { idempotencyKey, type Kept, type KeyedRequest, keyedRequest, remembering } from '../../http/idempotency.js';
import { callerOf } from './auth.js';
import { bodyBytes } from './body.js';
import type { Aegis } from './runtime.js';

/** The request under the idempotency key that it carries, if it does. @throws IdempotencyKeyError */
export function keyOf(request: FastifyRequest): KeyedRequest | undefined {
  const key = idempotencyKey(request.headers);
  if (key === undefined) return undefined;
  const { method, url } = request;
  return keyedRequest(`aegis:${callerOf(request).id}`, key, { method, path: url, body: bodyBytes(request) });
}

const plain: Kept<Answer> = { keep: (answer) => answer, replay: ({ status, body }) => ({ status, body }) };

/** Runs a unit whose answer is the HTTP answer, once for each idempotency key. */
export function runOnce({ engine }: Aegis, request: FastifyRequest, unit: Unit<Answer>): Promise<Answer> {
  const key = keyOf(request);
  return engine.lane.run(key === undefined ? unit : remembering(key, unit, plain));
}
