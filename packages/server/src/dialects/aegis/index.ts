import { randomBytes } from 'node:crypto';
import { aegisFormula } from '@sallyport/verify';
import type { Engine } from '../../engine/engine.js';
import { VERSION } from '../../version.js';
import type { Dialect, RunningDialect } from '../dialect.js';
import { approvalHooks } from './approval-hooks.js';
import { isScopeList } from './auth.js';
import { demoUnit } from './demo.js';
import { CHAIN, recordColumns } from './entries.js';
import { explainProposal } from './explain.js';
import { numberIn } from './facts.js';
import { createAegisMetrics } from './metrics.js';
import { migrations } from './migrations.js';
import type { AegisOptions } from './options.js';
import { RequestCounter } from './rate-limit.js';
import { LiveRegistry } from './registry/live-registry.js';
import { mountRoutes } from './routes.js';
import type { Aegis } from './runtime.js';
import { drawDevCredentials, ensureAdmin, seedDevCredentials } from './seed.js';
import { KEY_PREFIX, readSettings, type Settings } from './settings.js';
import { createTokenSigner } from './tokens.js';
import { operatorView } from './views.js';

const TOKEN_KEY_BYTES = 32;

/** The protocol of the AEGIS governance platform. */
export const aegis: Dialect<AegisOptions> = {
  name: 'aegis',
  migrations,
  roots: ['/api/v1'],
  async start(engine, options) {
    const settings = readSettings(options);
    await engine.store.migrate('aegis', migrations);
    await engine.ledger.register(CHAIN, aegisFormula, recordColumns);
    return run(engine, settings);
  },
};

async function run(engine: Engine, settings: Settings): Promise<RunningDialect> {
  const { clock, store, approvals } = engine;
  const closing = new AbortController();
  const tokenKey = await engine.secret('aegis-token-key', () => randomBytes(TOKEN_KEY_BYTES));
  const runtime: Aegis = {
    engine,
    settings,
    registry: await LiveRegistry.open(store),
    tokens: createTokenSigner(tokenKey),
    metrics: createAegisMetrics(async () => numberIn(await store.all(approvals.pendingCount('aegis')))),
    requests: new RequestCounter(settings.requestsPerMinute, () => clock.now()),
    closing: closing.signal,
    version: VERSION,
  };
  approvals.register('aegis', approvalHooks);
  const dev = engine.dev ? await drawDevCredentials(engine, settings) : undefined;
  const made = dev === undefined ? await ensureAdmin(engine, settings) : undefined;
  return {
    routes: (app) => mountRoutes(app, runtime),
    approvals: approvalHooks,
    chains: { [CHAIN]: aegisFormula },
    approvalView: operatorView,
    // What a credential is bound to here is not a policy file but a choice of its role's scopes.
    isPolicyFile: isScopeList,
    tokenPrefix: () => KEY_PREFIX,
    explain: (call) => explainProposal(runtime, call),
    metrics: () => runtime.metrics.expose(),
    operations: async () => (await import('./operations.js')).operations,
    ...(made !== undefined && { made }),
    async seed() {
      if (dev === undefined) return {};
      await seedDevCredentials(engine, dev);
      await engine.lane.run(demoUnit);
      return { ...dev };
    },
    async reset() {
      runtime.requests.clear();
      runtime.registry.forget();
    },
    release: () => closing.abort(),
    close: async () => {},
  };
}
