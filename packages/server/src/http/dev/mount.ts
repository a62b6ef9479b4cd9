import type { FastifyInstance } from 'fastify';
import type { StartedDialect } from '../../dialects/list.js';
import type { SteerableClock } from '../../engine/clock.js';
import type { RunningEngine } from '../../engine/create.js';
import { mountDev } from './control.js';
import { Faults } from './faults.js';
import { Journal } from './journal.js';
import type { Reseedable } from './reseedable.js';
import { Snapshots } from './snapshots.js';

/** Below this, tests steer the gateway. */
export const DEV_PREFIX = '/__sallyport';

/** What a development gateway is made of. */
export interface DevContext {
  readonly engine: RunningEngine;
  readonly dialects: readonly StartedDialect[];
  readonly clock: SteerableClock | undefined;
  readonly random: Reseedable;
  /** Masks credentials in the texts that tools are called with. */
  readonly mask: (text: string) => string;
}

/** Adds journal, faults and the steering routes. Call it before any other route is declared: it watches them. */
export function mountDevTools(app: FastifyInstance, { engine, dialects, clock, random, mask }: DevContext): Faults {
  const faults = new Faults();
  const journal = new Journal(mask);
  const snapshots = new Snapshots(engine);
  const isOurs = (url: string) => url.startsWith(`${DEV_PREFIX}/`);

  app.addHook('onRequest', (request, reply, done) => {
    // However it ends: event streams are left by their readers, and faults break answers off.
    if (!isOurs(request.url)) reply.raw.once('close', () => journal.note(request, reply, engine.clock.now()));
    if (faults.isEmpty || isOurs(request.url)) done();
    else faults.befall(request, reply).then((befallen) => (befallen ? undefined : done()), done);
  });

  const settle = async () => {
    for (const { running } of dialects) await running.reset();
  };
  const seed = async () => {
    for (const { running } of dialects) await running.seed();
  };
  app.register(
    async (scope) =>
      mountDev(scope, {
        engine,
        clock,
        faults,
        journal,
        async reset() {
          faults.set([]);
          journal.clear();
          await engine.store.fault(undefined);
          await engine.reset();
          await settle();
          await seed();
        },
        async seed(from) {
          if (from !== undefined) random.reseed(from);
          engine.ids.reset?.();
          await seed();
        },
        snapshot: () => snapshots.take(),
        async restore(name) {
          if (!(await snapshots.restore(name))) return false;
          await settle();
          return true;
        },
      }),
    { prefix: DEV_PREFIX },
  );
  return faults;
}
