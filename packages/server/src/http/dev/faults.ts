import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

const MAX_DELAY_MS = 120_000;

/** Which requests a fault befalls: a method (any when absent) and a path, in which `*` stands for anything. */
const match = {
  method: z.string().optional(),
  path: z.string().max(1024).default('*'),
  /** Requests that it befalls; all when absent. */
  times: z.int().positive().optional(),
};

/** One fault. */
export const fault = z.discriminatedUnion('effect', [
  z.strictObject({ effect: z.literal('latency'), ms: z.number().nonnegative().max(MAX_DELAY_MS), ...match }),
  z.strictObject({
    effect: z.literal('status'),
    status: z.int().min(400).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[\t\x20-\x7e]*$/)).optional(),
    ...match,
  }),
  /** Never answers; the connection stays open. */
  z.strictObject({ effect: z.literal('stall'), ...match }),
  /** Breaks the connection off. */
  z.strictObject({ effect: z.literal('reset'), ...match }),
]);

export type Fault = z.infer<typeof fault>;

interface Armed {
  readonly fault: Fault;
  readonly hits: (method: string, path: string) => boolean;
  left: number;
}

/** Faults that requests meet, for tests of clients. */
export class Faults {
  #armed: readonly Armed[] = [];
  readonly #stalled = new Set<FastifyReply>();

  /** Replaces all faults. */
  set(faults: readonly Fault[]): void {
    this.#armed = faults.map((one) => ({
      fault: one,
      hits: matcher(one),
      left: one.times ?? Number.POSITIVE_INFINITY,
    }));
  }

  get isEmpty(): boolean {
    return this.#armed.length === 0;
  }

  /** Does to a request what it is due; `true` when it has been answered, or never will be. */
  async befall(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const path = request.originalUrl.replace(/\?.*/s, '');
    for (const armed of this.#armed) {
      if (armed.left <= 0 || !armed.hits(request.method, path)) continue;
      armed.left -= 1;
      if (await this.#apply(armed.fault, reply)) return true;
    }
    return false;
  }

  /** Breaks off whatever is stalled, so that the server can close. */
  release(): void {
    for (const reply of this.#stalled) reply.raw.destroy();
  }

  async #apply(one: Fault, reply: FastifyReply): Promise<boolean> {
    switch (one.effect) {
      case 'latency':
        await sleep(one.ms);
        return false;
      case 'status': {
        const body = one.body ?? { error: `fault: status ${one.status}` };
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        void reply
          .code(one.status)
          .type('application/json')
          .headers(one.headers ?? {})
          .send(text);
        return true;
      }
      case 'stall':
        reply.hijack();
        this.#stalled.add(reply);
        reply.raw.once('close', () => this.#stalled.delete(reply));
        return true;
      case 'reset':
        reply.hijack();
        reply.raw.destroy();
        return true;
    }
  }
}

function matcher({ method, path }: Fault): Armed['hits'] {
  const pieces = path.split('*').map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${pieces.join('[^?]*')}$`);
  return (used, at) => (method === undefined || method.toUpperCase() === used) && pattern.test(at);
}
