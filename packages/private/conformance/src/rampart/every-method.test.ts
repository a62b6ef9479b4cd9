import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describedRoutes } from '../support/requests.js';
import { type Rig, startRig } from '../support/rig.js';
import { settings } from '../support/settings.js';
import { apiMethods } from './methods/apis.js';
import { clientMethods } from './methods/client.js';

/** What the protocol has, as `METHOD path`; a braced part stands for one segment. */
const ENDPOINTS = [
  'POST /v1/tool/{}',
  'POST /v1/preflight/{}',
  'POST /v1/approvals',
  'GET /v1/approvals',
  'GET /v1/approvals/{}',
  'POST /v1/approvals/{}/resolve',
  'POST /v1/approvals/bulk-resolve',
  'POST /v1/hosted-approvals/{}/resolve',
  'GET /v1/rules/auto-allowed',
  'DELETE /v1/rules/auto-allowed/{}',
  'POST /v1/rules/learn',
  'GET /v1/audit/events',
  'GET /v1/audit/dates',
  'GET /v1/audit/export',
  'GET /v1/audit/stats',
  'GET /v1/events/stream',
  'GET /v1/policy/summary',
  'GET /v1/policies',
  'POST /v1/policy/reload',
  'GET /v1/status',
  'POST /v1/test',
  'GET /healthz',
  'GET /metrics',
];

const places = [
  ...settings.map((setting) => ({ ...setting, basePath: '' as const })),
  ...settings.slice(0, 1).map((setting) => ({ ...setting, name: 'under its own name', basePath: '/rampart' as const })),
];

describe.each(places)('every method against the gateway ($name)', ({ store, clients, basePath }) => {
  let rig: Rig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startRig({ store: kept.address, clients, basePath, rampart: { metrics: true } });
  });
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  for (const [name, run] of Object.entries({ ...clientMethods, ...apiMethods })) test(name, () => run(rig));

  test('describes every endpoint of the protocol', async () => {
    const described = await describedRoutes(rig.url);
    const listed = described.map(({ method, path }) => `${method} ${path.replace(/\{[^}]*\}/g, '{}')}`);
    // The gateway's own metrics hold those of the protocol.
    const own = ENDPOINTS.map((endpoint) => endpoint.replace('GET /metrics', 'GET /rampart/metrics'));
    expect(own.filter((endpoint) => !listed.includes(endpoint) && !endpoint.endsWith('/events/stream'))).toEqual([]);
  });

  test('reaches every endpoint of the protocol, and is answered by each', async () => {
    const { body } = await rig.send('GET', '/__sallyport/journal', { token: rig.tokens.admin });
    const answered = Array.isArray(body['requests']) ? body['requests'].filter(({ status }) => status < 300) : [];
    const reached = answered.map(
      ({ method, path }) => `${method} ${String(path).slice(basePath.length).replace(/\?.*/, '')}`,
    );
    const missed = ENDPOINTS.filter((endpoint) => {
      const pattern = new RegExp(`^${endpoint.replace('{}', '[^/]+')}$`);
      return !reached.some((request) => pattern.test(request));
    });
    expect(missed).toEqual([]);
  });
});
