import { SUBJECTS } from './gateways/index.js';
import type { Subject } from './gateways/subject.js';
import type { BenchContext, BenchModule, Row } from './harness/row.js';

type Load = () => Promise<BenchModule>;

interface GatewayModule {
  run(subject: Subject, context: BenchContext): Promise<readonly Row[]>;
}

/** The same measurement of every gateway: `client.rampart`, `client.meshguard`, … */
function ofEach(topic: string, load: () => Promise<GatewayModule>): Readonly<Record<string, Load>> {
  const modules = Object.entries(SUBJECTS).map(([name, subject]): [string, Load] => [
    `${topic}.${name}`,
    async () => {
      const { run } = await load();
      return { run: async (context) => run(await subject(), context) };
    },
  ]);
  return Object.fromEntries(modules);
}

/** What `npm run bench` measures, in this order. Part of a name stands for all that have it. */
export const MODULES: Readonly<Record<string, Load>> = {
  ...ofEach('client', () => import('./client.js')),
  ...ofEach('blocking', () => import('./blocking.js')),
  ...ofEach('server', () => import('./server.js')),
  'policy.rampart': () => import('./policy/rampart.js'),
  'policy.meshguard': () => import('./policy/meshguard.js'),
  'policy.aegis': () => import('./policy/aegis.js'),
  verify: () => import('./verify.js'),
  startup: () => import('./startup.js'),
};
