import type { onRequestHookHandler } from 'fastify';
import type { Clock } from '../../engine/engine.js';
import { MeshGuardFailure } from './failure.js';

const MINUTE_MS = 60_000;
/** Health and metrics are asked for by machines that watch. */
const FREE = /^\/meshguard\/(?:health|ready|metrics)(?:\?|$)/;

/** Refuses an address that sends more than so many requests in one minute. */
export function limitAddresses(perMinute: number, clock: Clock): onRequestHookHandler {
  let began = Number.NEGATIVE_INFINITY;
  let counts = new Map<string, number>();
  return (request, _reply, done) => {
    if (FREE.test(request.url)) return done();
    const now = clock.now();
    if (now - began >= MINUTE_MS || now < began) {
      began = now - (now % MINUTE_MS);
      counts = new Map();
    }
    const count = (counts.get(request.ip) ?? 0) + 1;
    counts.set(request.ip, count);
    if (count <= perMinute) return done();
    const seconds = Math.max(1, Math.ceil((began + MINUTE_MS - now) / 1000));
    done(
      new MeshGuardFailure(429, 'Rate limit exceeded', {
        retry_after: seconds,
        limit: `${perMinute} requests per minute`,
      }),
    );
  };
}
