import type { FastifyReply, FastifyRequest } from 'fastify';
import { json, send } from '../../http/answer.js';
import { revisionRow } from './registry/rows.js';
import type { Aegis } from './runtime.js';

/** `GET /api/v1/health`: that the process answers. */
export function health({ engine, version }: Aegis) {
  return (_request: FastifyRequest, reply: FastifyReply): void => {
    send(reply, json(200, { status: 'healthy', version, timestamp: isoOffset(engine.clock.now()) }));
  };
}

/** `GET /readyz`: that the store answers, in the turn of those who decide. */
export function ready({ engine, version }: Aegis) {
  return (_request: FastifyRequest, reply: FastifyReply): void => {
    const timestamp = isoOffset(engine.clock.now());
    engine.lane.run({ chains: [], load: [revisionRow], decide: () => ({ answer: undefined }) }).then(
      () => send(reply, json(200, { status: 'ready', version, timestamp })),
      () => send(reply, json(503, { status: 'unavailable', version, timestamp })),
    );
  };
}

/** This endpoint alone is documented with an offset in place of the `Z`. */
const isoOffset = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00');
