import { z } from 'zod';
import { fault } from './faults.js';

export const seeding = z.strictObject({ seed: z.string().max(256).optional() });

export const restoring = z.strictObject({ snapshot: z.string() });

export const clockMove = z.union(
  [
    z.strictObject({ advanceMs: z.number().nonnegative() }),
    z.strictObject({ set: z.union([z.int(), z.iso.datetime()]) }),
  ],
  'must be { advanceMs } or { set }',
);

export const faultPlan = z.strictObject({
  faults: z.array(fault).max(100).default([]),
  /** Breaks the store until the next call. */
  storage: z.enum(['disk_full', 'read_only']).nullish(),
});
