import type { FastifyRequest } from 'fastify';
import type { Unit } from '../../engine/unit.js';
import { type Answer, json } from '../../http/answer.js';
import { idempotencyKey, type Kept, type KeyedRequest, keyedRequest, remembering } from '../../http/idempotency.js';
import { callerOf } from './auth.js';
import { bodyBytes } from './body.js';
import type { Rampart } from './runtime.js';

/** The request under the idempotency key that it carries, if it does. @throws IdempotencyKeyError */
export function keyOf(request: FastifyRequest, owner: string = callerOf(request).id): KeyedRequest | undefined {
  const key = idempotencyKey(request.headers);
  if (key === undefined) return undefined;
  const { method, url } = request;
  return keyedRequest(`rampart:${owner}`, key, { method, path: url, body: bodyBytes(request) });
}

const plain: Kept<Answer> = { keep: (answer) => answer, replay: ({ status, body }) => ({ status, body }) };

/** Runs a unit whose answer is the HTTP answer, once for each idempotency key. */
export function runOnce(rampart: Rampart, key: KeyedRequest | undefined, unit: Unit<Answer>): Promise<Answer> {
  return rampart.engine.lane.run(key === undefined ? unit : remembering(key, unit, plain));
}

/** The body of every failure that is no decision; a code only where the status does not say enough. */
export function failure(status: number, message: string, code?: string): Answer {
  return json(status, { error: message, code });
}
