import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AegisRig, startAegis } from '../support/aegis.js';
import { describedRoutes } from '../support/requests.js';
import { settings } from '../support/settings.js';
import { apiMethods } from './methods/apis.js';
import { clientMethods } from './methods/client.js';

/** What the protocol has, as `METHOD path`; a braced part stands for one segment. */
const ENDPOINTS = [
  'POST /api/v1/governance/propose',
  'GET /api/v1/governance/decisions',
  'GET /api/v1/governance/decisions/{}',
  'POST /api/v1/governance/decisions/{}/execution',
  'GET /api/v1/governance/escalations',
  'GET /api/v1/governance/escalations/{}',
  'POST /api/v1/governance/escalations/{}/respond',
  'GET /api/v1/capabilities',
  'POST /api/v1/capabilities',
  'GET /api/v1/capabilities/{}',
  'GET /api/v1/policies',
  'POST /api/v1/policies',
  'PUT /api/v1/policies/{}',
  'GET /api/v1/actors/{}/grants',
  'POST /api/v1/actors/{}/grants',
  'DELETE /api/v1/actors/{}/grants/{}',
  'GET /api/v1/audit/log',
  'GET /api/v1/audit/log/{}',
  'GET /api/v1/audit/events',
  'GET /api/v1/health',
];

const places = [
  ...settings.map((setting) => ({ ...setting, basePath: '' as const })),
  ...settings.slice(0, 1).map((setting) => ({ ...setting, name: 'under its own name', basePath: '/aegis' as const })),
];

describe.each(places)('every method against the gateway ($name)', ({ store, clients, basePath }) => {
  let rig: AegisRig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startAegis({ store: kept.address, clients, basePath, aegis: { aggregateLimit: false } });
  });
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  for (const [name, run] of Object.entries({ ...clientMethods, ...apiMethods })) test(name, () => run(rig));

  test('describes every endpoint of the protocol', async () => {
    const described = await describedRoutes(rig.url);
    const listed = described.map(({ method, path }) => `${method} ${path.replace(/\{[^}]*\}/g, '{}')}`);
    expect(ENDPOINTS.filter((endpoint) => !listed.includes(endpoint))).toEqual([]);
  });

  test('reaches every endpoint of the protocol, and is answered by each', async () => {
    const { body } = await rig.send('GET', '/__sallyport/journal', { token: rig.tokens.admin });
    const answered = Array.isArray(body['requests']) ? body['requests'].filter(({ status }) => status < 300) : [];
    const reached = answered.map(
      ({ method, path }) => `${method} ${String(path).slice(basePath.length).replace(/\?.*/, '')}`,
    );
    const missed = ENDPOINTS.filter((endpoint) => {
      const pattern = new RegExp(`^${endpoint.replaceAll('{}', '[^/]+')}$`);
      return !reached.some((request) => pattern.test(request));
    });
    expect(missed).toEqual([]);
  });
});
