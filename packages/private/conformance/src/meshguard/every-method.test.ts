import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mesh, startMesh } from '../support/mesh.js';
import { settings } from '../support/settings.js';
import { ENDPOINTS } from './endpoints.js';
import { adminMethods } from './methods/admin.js';
import { apiMethods } from './methods/apis.js';
import { clientMethods } from './methods/client.js';

const places = [
  ...settings.map((setting) => ({ ...setting, basePath: '' as const })),
  ...settings.slice(0, 1).map((each) => ({ ...each, name: 'under its own name', basePath: '/meshguard' as const })),
];

describe.each(places)('every method against the gateway ($name)', ({ store, clients, basePath }) => {
  let mesh: Mesh;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    mesh = await startMesh({ store: kept.address, clients, basePath });
  });
  afterAll(async () => {
    await mesh.close();
    await remove();
  });

  for (const [name, run] of Object.entries({ ...clientMethods, ...adminMethods, ...apiMethods })) {
    test(name, () => run(mesh));
  }

  test('reaches every endpoint of the protocol that it has methods for, and is answered by each', async () => {
    const { body } = await mesh.send('GET', '/__sallyport/journal', { token: mesh.tokens.admin });
    const answered = Array.isArray(body['requests']) ? body['requests'].filter(({ status }) => status < 300) : [];
    const reached = answered.map(
      ({ method, path }) => `${method} ${String(path).slice(basePath.length).replace(/\?.*/, '')}`,
    );
    const missed = ENDPOINTS.filter((endpoint) => {
      const pattern = new RegExp(`^${endpoint.replace('/proxy/{}', '/proxy/.+').replaceAll('{}', '[^/]+')}$`);
      return !reached.some((request) => pattern.test(request));
    });
    expect(missed).toEqual([]);
  });
});
