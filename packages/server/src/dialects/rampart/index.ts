import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Server } from 'node:http';
import { ConfigurationError } from '@sallyport/core';
import { rampartFormula } from '@sallyport/verify';
import type { Engine } from '../../engine/engine.js';
import { VERSION } from '../../version.js';
import type { Dialect, RunningDialect } from '../dialect.js';
import { approvalHooks } from './approval-hooks.js';
import { loadProfile } from './documents/profiles/index.js';
import { SqlFiles } from './documents/sql-files.js';
import { PolicyStore } from './documents/store.js';
import { CHAIN, recordColumns, thisHost } from './events.js';
import { explainCall } from './explain.js';
import { HeldRequests } from './held.js';
import { createLinkSigner } from './links.js';
import { createRampartMetrics } from './metrics.js';
import { migrations } from './migrations.js';
import { sendNotifications } from './notify.js';
import type { RampartOptions } from './options.js';
import { compilePolicies } from './policy/compile.js';
import { profileOf } from './policy/scope.js';
import { realpath } from './realpath.js';
import { mountRoutes } from './routes.js';
import type { Rampart } from './runtime.js';
import { drawDevCredentials, ensureAdmin, seedDevCredentials } from './seed.js';
import { ADMIN_TOKEN_PREFIX, readSettings, type Settings, TOKEN_PREFIX } from './settings.js';
import { uptimeSeconds } from './status.js';
import { EventStreams } from './stream.js';
import { operatorView } from './views.js';

const SIGNING_KEY_BYTES = 32;

/** The protocol of the Rampart gateway. */
export const rampart: Dialect<RampartOptions> = {
  name: 'rampart',
  migrations,
  roots: ['/v1', '/healthz', '/dashboard'],
  async start(engine, options) {
    const settings = readSettings(options);
    await engine.store.migrate('rampart', migrations);
    await engine.ledger.register(CHAIN, rampartFormula, recordColumns);
    const policies = await openPolicies(engine, settings);
    try {
      return await run(engine, settings, policies);
    } catch (error) {
      await policies.close();
      throw error;
    }
  },
};

async function openPolicies(engine: Engine, settings: Settings): Promise<PolicyStore> {
  const { store, lane, clock, log } = engine;
  const { policyFile, policyDirectory, profile } = settings;
  if (policyDirectory !== undefined && statSync(policyDirectory, { throwIfNoEntry: false })?.isFile()) {
    throw new ConfigurationError(
      `The policy directory ${policyDirectory} is a file, not a folder. Name its folder, or give the file as the policy file.`,
    );
  }
  return PolicyStore.open({
    ...(policyFile !== undefined && { primary: policyFile }),
    ...(policyDirectory !== undefined && { directory: policyDirectory }),
    ...(profile !== 'none' && { embedded: await loadProfile(profile) }),
    learned: new SqlFiles({ store, lane, clock, log, chain: CHAIN }),
    compile: compilePolicies,
    clock,
    log,
  });
}

async function run(engine: Engine, settings: Settings, policies: PolicyStore): Promise<RunningDialect> {
  const { clock } = engine;
  const startedAt = clock.monotonic();
  const host = settings.hostname === undefined ? thisHost() : { ...thisHost(), hostname: settings.hostname };
  const signingKey = await engine.secret('rampart-signing-key', () => randomBytes(SIGNING_KEY_BYTES));
  let server: Server | undefined;
  const runtime: Rampart = {
    engine,
    policies,
    mode: settings.mode,
    approvalTimeoutMs: settings.approvalTimeoutMs,
    host,
    metrics: createRampartMetrics({
      pendingApprovals: async () => (await engine.approvals.list({ dialect: 'rampart', status: 'pending' })).length,
      policyCount: () => policies.status().policies,
      uptimeSeconds: () => uptimeSeconds({ engine, startedAt }),
    }),
    signer: createLinkSigner(signingKey),
    held: new HeldRequests(),
    realpath,
    baseUrl: () => settings.resolveBaseUrl ?? `http://localhost:${portOf(server)}`,
    startedAt,
    version: VERSION,
  };
  const streams = new EventStreams();
  const hooks = approvalHooks(runtime);
  engine.approvals.register('rampart', hooks);
  const stopNotifying = sendNotifications(runtime);
  const dev = engine.dev ? await drawDevCredentials(engine, settings) : undefined;
  const made = dev === undefined ? await ensureAdmin(engine, settings) : undefined;
  return {
    routes(app) {
      server = app.server;
      mountRoutes(app, runtime, { streams, metrics: settings.metrics === true });
    },
    approvals: hooks,
    chains: { [CHAIN]: rampartFormula },
    approvalView: operatorView,
    isPolicyFile: (name) => policies.current().documents.some(({ file }) => profileOf(file) === name.toLowerCase()),
    tokenPrefix: (roles) => (roles.includes('admin') ? ADMIN_TOKEN_PREFIX : TOKEN_PREFIX),
    explain: (call) => explainCall(runtime, call),
    metrics: () => runtime.metrics.expose(),
    operations: async () => (await import('./operations.js')).operations,
    ...(made !== undefined && { made }),
    async seed() {
      if (dev === undefined) return {};
      await seedDevCredentials(engine, dev);
      return { ...dev };
    },
    reset: () => policies.startOver(),
    release() {
      runtime.held.close();
      streams.close();
    },
    async close() {
      stopNotifying();
      await policies.close();
    },
  };
}

function portOf(server: Server | undefined): number {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? address.port : 9090;
}
