import { randomBytes } from 'node:crypto';
import type { Engine } from '../../engine/engine.js';
import { plain } from '../../store/work.js';
import { VERSION } from '../../version.js';
import type { Dialect, RunningDialect } from '../dialect.js';
import { sendAlerts } from './alerts.js';
import { AnomalyDetector } from './anomalies/detector.js';
import { approvalHooks } from './approvals/hooks.js';
import { operatorView } from './approvals/views.js';
import { chainsOf, orgOfChain } from './audit/records.js';
import { dropOldFacts } from './decide/retention.js';
import { explainCall } from './explain.js';
import { HeldRequests } from './held.js';
import { createAgentTokens } from './identity/tokens.js';
import { createMeshGuardMetrics } from './metrics.js';
import { migrations } from './migrations.js';
import type { MeshGuardOptions } from './options.js';
import { OrgChainBook } from './orgs.js';
import { readPolicyFiles } from './policies/files.js';
import { PolicyStore } from './policies/policy-store.js';
import { createUpstream } from './proxy/upstream.js';
import { mountRoutes } from './routes.js';
import type { MeshGuard } from './runtime.js';
import { drawDevCredentials, ensureAdmin, seedDemo } from './seed.js';
import { readSettings, type Settings } from './settings.js';

const SECRET_BYTES = 32;

/** The protocol of the MeshGuard gateway. */
export const meshguard: Dialect<MeshGuardOptions> = {
  name: 'meshguard',
  migrations,
  roots: ['/proxy', '/admin', '/health', '/agents', '/anomalies', '/relationships', '/orgs', '/api/v1/admin'],
  async start(engine, options) {
    const settings = readSettings(options, engine.dev);
    await engine.store.migrate('meshguard', migrations);
    const mesh = await assemble(engine, settings);
    try {
      return await run(mesh);
    } catch (error) {
      await mesh.upstream.close();
      throw error;
    }
  },
};

async function assemble(engine: Engine, settings: Settings): Promise<MeshGuard> {
  const { store, ledger, clock } = engine;
  const orgs = new OrgChainBook({ store, ledger });
  await orgs.open();
  const policies = new PolicyStore(engine);
  await policies.useFiles(await readPolicyFiles(settings.policyDirectory, engine.log));
  const secret =
    settings.jwtSecret === undefined
      ? await engine.secret('meshguard-jwt-secret', () => randomBytes(SECRET_BYTES))
      : Buffer.from(settings.jwtSecret);
  const count = async (sql: string) => Number((await store.all(plain(sql)))[0]?.['n'] ?? 0);
  let detector: AnomalyDetector | undefined;
  const mesh: MeshGuard = {
    engine,
    settings,
    tokens: await createAgentTokens(secret),
    policies,
    orgs,
    metrics: createMeshGuardMetrics({
      activeAgents: () => count("SELECT count(*) AS n FROM meshguard_agents WHERE status = 'active'"),
      auditEntries: async () => {
        const heads = (await orgs.ids()).map((orgId) => ledger.head(chainsOf(orgId).decisions));
        return (await Promise.all(heads)).reduce((sum, { size }) => sum + size, 0);
      },
    }),
    held: new HeldRequests(),
    upstream: createUpstream(settings.proxyTarget, engine.dev),
    startedAt: clock.monotonic(),
    version: VERSION,
    detector() {
      detector ??= new AnomalyDetector(mesh);
      return detector;
    },
  };
  return mesh;
}

async function run(mesh: MeshGuard): Promise<RunningDialect> {
  const { engine, orgs, policies } = mesh;
  const hooks = approvalHooks(mesh);
  engine.approvals.register('meshguard', hooks);
  const detector = mesh.detector();
  const stopAlerts = sendAlerts(mesh);
  const retention = dropOldFacts(mesh);
  const dev = engine.dev ? await drawDevCredentials(mesh) : undefined;
  const made = dev === undefined ? await ensureAdmin(mesh) : undefined;
  return {
    routes: (app) => mountRoutes(app, mesh),
    approvals: hooks,
    chains: orgs.formulas,
    tenantOf: orgOfChain,
    approvalView: operatorView,
    isPolicyFile: () => false,
    explain: (call) => explainCall(mesh, call),
    metrics: () => mesh.metrics.expose(),
    operations: async () => (await import('./operations.js')).operations,
    ...(made !== undefined && { made }),
    async seed() {
      if (dev === undefined) return {};
      await seedDemo(mesh, dev);
      return { ...dev };
    },
    async reset() {
      mesh.upstream.reset();
      detector.reset();
      await policies.load();
    },
    release: () => mesh.held.close(),
    async close() {
      stopAlerts();
      await retention.stop();
      await detector.close();
      await mesh.upstream.close();
    },
  };
}
