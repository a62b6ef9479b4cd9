import type { FastifyRequest } from 'fastify';
import type { Unit } from '../../engine/unit.js';
import type { Answer } from '../../http/answer.js';
import { idempotencyKey, type Kept, type KeyedRequest, keyedRequest, remembering } from '../../http/idempotency.js';
import { bodyBytes } from './body.js';
import type { MeshGuard } from './runtime.js';

/** Headers that make a check another one. */
const ASKED = ['x-meshguard-action', 'x-meshguard-resource', 'x-meshguard-meta', 'x-meshguard-delegation-id'];

/** The request under the idempotency key that it carries, if it does. @throws IdempotencyKeyError */
export function keyOf(request: FastifyRequest, owner: string): KeyedRequest | undefined {
  const key = idempotencyKey(request.headers);
  if (key === undefined) return undefined;
  const { method, url, headers } = request;
  const asked = JSON.stringify(ASKED.map((name) => headers[name] ?? ''));
  const body = Buffer.concat([Buffer.from(`${asked}\n`), bodyBytes(request)]);
  return keyedRequest(`meshguard:${owner}`, key, { method, path: url, body });
}

const plain: Kept<Answer> = { keep: (answer) => answer, replay: ({ status, body }) => ({ status, body }) };

/** Runs a unit whose answer is the HTTP answer, once for each idempotency key. */
export function runOnce(mesh: MeshGuard, key: KeyedRequest | undefined, unit: Unit<Answer>): Promise<Answer> {
  return mesh.engine.lane.run(key === undefined ? unit : remembering(key, unit, plain));
}
