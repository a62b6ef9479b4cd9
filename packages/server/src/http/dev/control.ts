import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SteerableClock } from '../../engine/clock.js';
import type { Engine } from '../../engine/engine.js';
import { bearerToken } from '../bearer.js';
import { badRequest, RequestFailure } from '../failure.js';
import { operatorBody } from '../operator/body.js';
import { operatorOf } from '../operator/caller.js';
import { takeRawBodies } from '../raw-bodies.js';
import { clockMove, faultPlan, restoring, seeding } from './bodies.js';
import type { Faults } from './faults.js';
import type { Journal } from './journal.js';

const BODY_LIMIT = 1024 * 1024;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** What a development gateway lets tests do to it. */
export interface DevControl {
  readonly engine: Engine;
  readonly clock: SteerableClock | undefined;
  readonly faults: Faults;
  readonly journal: Journal;
  /** Empties the store and puts the demo credentials back. */
  reset(): Promise<void>;
  /** Puts the demo data back, and makes ids start again, from another seed when one is given. */
  seed(seed: string | undefined): Promise<void>;
  /** Returns the snapshot's name. */
  snapshot(): Promise<string>;
  /** False when there is none of that name. */
  restore(name: string): Promise<boolean>;
}

const empty = z.strictObject({});
const operation = (name: string) => ({ config: { operation: name } });

const NO_TOKEN =
  'missing authorization token: these routes need the admin token that the gateway showed when it started ' +
  '(adminToken in the credentials of serve --dev --json), as Authorization: Bearer <token>';

/**
 * The routes that tests steer a development gateway with, below `/__sallyport`. They are for its admin: whoever can go
 * back to a snapshot can use an approval twice.
 */
export function mountDev(app: FastifyInstance, dev: DevControl): void {
  takeRawBodies(app, BODY_LIMIT);
  app.addHook('onRequest', (request, _reply, done) => {
    // A page in a browser may send requests here, too: not from another origin, and not by a name that only resolves here.
    const foreign = request.headers.origin !== undefined || !LOOPBACK_HOST.test(request.headers.host ?? '');
    done(foreign ? new RequestFailure(403, 'these routes are for programs on this machine') : undefined);
  });
  app.addHook('onRequest', async (request) => {
    if (bearerToken(request.headers.authorization) === undefined) throw new RequestFailure(401, NO_TOKEN);
    const { credentials, clock } = dev.engine;
    const { covers, credential } = await operatorOf(request, credentials, clock.now(), ['admin']);
    if (!covers(credential.dialect)) throw new RequestFailure(403, 'this token is for one tenant');
  });

  app.post('/reset', operation('devReset'), async () => {
    await dev.reset();
    return { ok: true };
  });
  app.post('/seed', operation('devSeed'), async (request) => {
    const { seed } = optionalBody(request, seeding);
    await dev.seed(seed);
    return { ok: true };
  });
  app.post('/snapshot', operation('devSnapshot'), async (request) => {
    optionalBody(request, empty);
    return { snapshot: await dev.snapshot() };
  });
  app.post('/restore', operation('devRestore'), async (request) => {
    const { snapshot } = operatorBody(request, restoring);
    if (!(await dev.restore(snapshot))) throw new RequestFailure(404, 'there is no such snapshot');
    return { ok: true };
  });
  app.post('/clock', operation('devClock'), async (request) => {
    const { clock } = dev;
    if (clock === undefined) throw new RequestFailure(409, 'this gateway was given a clock that cannot be moved');
    const move = operatorBody(request, clockMove);
    if ('advanceMs' in move) clock.advance(move.advanceMs);
    else clock.set(typeof move.set === 'number' ? move.set : Date.parse(move.set));
    return { now: clock.now() };
  });
  app.post('/faults', operation('devFaults'), async (request) => {
    const { faults, storage } = operatorBody(request, faultPlan);
    const { store } = dev.engine;
    if (storage != null && !store.faults.includes(storage)) throw badRequest(`this store cannot be made ${storage}`);
    await store.fault(storage ?? undefined);
    dev.faults.set(faults);
    return { ok: true };
  });
  app.get('/journal', operation('devJournal'), async () => ({ requests: dev.journal.entries() }));
}

/** A body may be left out where there is nothing to say. */
function optionalBody<Schema extends z.ZodType>({ body }: Pick<FastifyRequest, 'body'>, schema: Schema) {
  const said = Buffer.isBuffer(body) && body.length > 0;
  return operatorBody({ body: said ? body : Buffer.from('{}') }, schema);
}
