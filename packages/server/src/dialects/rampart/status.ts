import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, answerWith, json, send } from '../../http/answer.js';
import { callsSince } from './counts.js';
import type { Rampart } from './runtime.js';

const HOUR_MS = 60 * 60 * 1000;

/** `GET /healthz` */
export function health(rampart: Rampart) {
  return (_request: FastifyRequest, reply: FastifyReply): void =>
    send(
      reply,
      json(200, {
        service: 'rampart',
        status: 'ok',
        mode: rampart.mode,
        uptime_seconds: uptimeSeconds(rampart),
        version: rampart.version,
      }),
    );
}

/** Whole seconds since the gateway started. */
export function uptimeSeconds({ engine, startedAt }: Pick<Rampart, 'engine' | 'startedAt'>): number {
  return Math.floor((engine.clock.monotonic() - startedAt) / 1000);
}

/** `GET /v1/status` */
export function status(rampart: Rampart) {
  return (_request: FastifyRequest, reply: FastifyReply): void => answerWith(reply, currentStatus(rampart));
}

async function currentStatus(rampart: Rampart): Promise<Answer> {
  const { store, clock } = rampart.engine;
  const { configPath, policies, rules } = rampart.policies.status();
  const calls = await store.all(callsSince(clock.now() - HOUR_MS));
  return json(200, {
    config_path: configPath,
    mode: rampart.mode,
    default_action: rampart.policies.current().defaultAction,
    policy_count: policies,
    rule_count: rules,
    call_counts: Object.fromEntries(calls.map(({ tool, calls: count }) => [String(tool), Number(count)])),
  });
}

/** `GET /metrics` */
export function metrics(rampart: Rampart) {
  return (_request: FastifyRequest, reply: FastifyReply): void => {
    rampart.metrics.expose().then(
      (text) => void reply.type('text/plain; version=0.0.4; charset=utf-8').send(text),
      (error: unknown) => void reply.send(error),
    );
  };
}
