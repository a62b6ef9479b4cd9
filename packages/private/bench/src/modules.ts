import type { BenchModule } from './harness/row.js';

/** What `npm run bench` measures, in this order. */
export const MODULES: Readonly<Record<string, () => Promise<BenchModule>>> = {
  client: () => import('./client.js'),
  blocking: () => import('./blocking.js'),
  server: () => import('./server.js'),
  policy: () => import('./policy.js'),
  verify: () => import('./verify.js'),
  startup: () => import('./startup.js'),
};
