import { z } from 'zod';
import { type OperationDoc, type OperationDocs, withCommon } from '../openapi/operation.js';
import { clockMove, faultPlan, restoring, seeding } from './bodies.js';

const failed = (description: string) => ({ description, schema: z.strictObject({ error: z.string() }) });
const done = { description: 'Done.', schema: z.strictObject({ ok: z.literal(true) }) };

const common = {
  401: failed('The token is missing, unknown, revoked or expired.'),
  403: failed('The token is no admin’s, or the request comes from another machine or another page.'),
};
const badRequest = { 400: failed('The request is not as documented.') };

const steering = (doc: Omit<OperationDoc, 'tag' | 'access'>): OperationDoc => ({
  tag: 'Sallyport: for tests',
  access: "an admin's token, from this machine",
  ...doc,
});

const words = {
  error: 'What is wrong with the request',
  ok: 'That it was done',
  seed: 'The same seed and clock give the same ids; the one before when absent',
  snapshot: 'Name of a snapshot',
  advanceMs: 'Milliseconds to move forward; what is due happens at once',
  set: 'A time to jump to: milliseconds since the epoch, or RFC 3339',
  now: 'The gateway’s time, in milliseconds since the epoch',
  faults: 'What befalls requests from now on; replaces the plan before',
  storage: 'Breaks the store until the next plan',
  effect: 'What happens to a request that fits',
  ms: 'Milliseconds that it is held up',
  status: 'HTTP status',
  body: 'Answered instead: a text as it is, anything else as JSON',
  headers: 'By name, in lower case; with what is secret masked in the journal',
  method: 'HTTP method; any when absent from a fault',
  path: 'Path; `*` stands for anything in a fault',
  times: 'How many requests it befalls; all when absent',
  requests: 'Oldest first, the last 500',
  id: 'Request id',
  at: 'When it came, in milliseconds since the epoch',
  durationMs: 'Milliseconds until it was answered',
};

const requests = z.array(
  z.strictObject({
    id: z.string(),
    at: z.int(),
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.unknown()),
    body: z.unknown().optional(),
    status: z.int(),
    durationMs: z.number(),
  }),
);

/** What the routes take and answer that steer a development gateway. */
export const devOperations: OperationDocs = withCommon(
  {
    devReset: steering({
      summary: 'Empty the gateway',
      description: 'Tables, faults and journal; ids start again. The demo credentials stay.',
      answers: { 200: done, ...common },
    }),
    devSeed: steering({
      summary: 'Begin ids again',
      description: 'From another seed when one is given. Puts the demo credentials back.',
      body: seeding,
      example: { seed: 'test-1' },
      answers: { 200: done, ...common, ...badRequest },
    }),
    devSnapshot: steering({
      summary: 'Remember this moment',
      description: 'The last 16 snapshots are kept, in memory.',
      answers: { 200: { description: 'Its name.', schema: z.strictObject({ snapshot: z.string() }) }, ...common },
    }),
    devRestore: steering({
      summary: 'Go back to a moment',
      description: 'Puts everything in the store back as it was when the snapshot was taken.',
      body: restoring,
      example: { snapshot: 'snapshot-1' },
      answers: { 200: done, ...common, ...badRequest, 404: failed('There is no such snapshot.') },
    }),
    devClock: steering({
      summary: 'Move the clock',
      description: 'What is due by then happens at once: approvals expire, waits end.',
      body: clockMove,
      example: { advanceMs: 120_000 },
      answers: {
        200: { description: 'The time as it is now.', schema: z.strictObject({ now: z.int() }) },
        ...common,
        ...badRequest,
        409: failed('The gateway was given a clock that cannot be moved.'),
      },
    }),
    devFaults: steering({
      summary: 'Break things',
      description:
        'Delays, error statuses, stalled and broken connections for requests that fit; a full or read-only store.',
      body: faultPlan,
      example: { faults: [{ effect: 'status', status: 503, path: '/v1/*', times: 2 }] },
      answers: { 200: done, ...common, ...badRequest },
    }),
    devJournal: steering({
      summary: 'Show the last requests',
      description: 'With how each was answered; 0 where a connection broke off. Requests to these routes are left out.',
      answers: { 200: { description: 'The journal.', schema: z.strictObject({ requests }) }, ...common },
    }),
  },
  { words },
);
