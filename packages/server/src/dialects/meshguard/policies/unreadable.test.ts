import { afterEach, describe, expect, test } from 'vitest';
import { TEST_MASTER_KEY } from '../../../testing/engines.js';
import { stores } from '../../../testing/stores.js';
import { tamper } from '../../../testing/tampering.js';
import { type MeshTest, meshTest } from '../testing.js';

const NO_TRANSFERS = {
  name: 'no-transfers',
  version: '1',
  appliesTo: { tags: ['development'] },
  rules: [{ effect: 'deny', actions: ['read:bank'] }],
  defaultEffect: 'allow',
};

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

describe.each(stores.filter(({ durable }) => durable))('a stored policy that cannot be read, on $name', (kind) => {
  /** A gateway with a policy whose document was replaced while it was down. */
  async function withDocument(document: string): Promise<MeshTest> {
    const place = await kind.create();
    open.push({ close: () => place.remove() });
    const options = { store: place.address, masterKey: TEST_MASTER_KEY };
    const first = await meshTest(options);
    expect((await first.admin('POST', '/admin/policies', NO_TRANSFERS)).status).toBe(201);
    await first.close();
    await tamper(
      place.address,
      `UPDATE meshguard_policies SET document = '${document}' WHERE name = 'no-transfers' AND org = 'default'`,
    );
    const second = await meshTest({ ...options, seed: 'second' });
    open.push(second);
    return second;
  }

  test.each([
    ['no JSON', '{"name":'],
    ['no policy', '{"name":"no-transfers","rules":[]}'],
    ['another name', JSON.stringify({ ...NO_TRANSFERS, name: 'other' })],
  ])('denies every call of its organisation, by name: %s', async (_what, document) => {
    const t = await withDocument(document);
    const answer = await t.check('read:contacts');
    expect(answer).toMatchObject({
      status: 403,
      body: { policy: 'no-transfers', rule: 'unreadable-policy', reason: expect.stringContaining('cannot be read') },
    });
    const explained = await t.send('POST', '/sallyport/v1/explain', {
      token: t.adminToken,
      body: { dialect: 'meshguard', call: { agentId: 'agent_demo', action: 'read:contacts' } },
    });
    expect(explained.text).toContain('unreadable-policy');
    const [entry] = Array.from(Object((await t.admin('GET', '/admin/audit?limit=1')).body['entries']));
    expect(entry).toMatchObject({ decision: 'deny', policy: 'no-transfers' });
  });

  test('is listed, is not shown, lets nobody delegate, and is mended by applying it again', async () => {
    const t = await withDocument('{');
    const policies = Array.from(Object((await t.admin('GET', '/admin/policies')).body['policies']));
    expect(policies).toContainEqual(expect.objectContaining({ name: 'no-transfers', active: false, rules: [] }));
    expect((await t.admin('GET', '/admin/policies/no-transfers')).status).toBe(409);
    const relationship = {
      sourceAgentId: 'agent_demo',
      targetAgentId: 'agent_abc123',
      relationshipType: 'delegates_to',
      scope: ['read:*'],
    };
    expect((await t.admin('POST', '/relationships', relationship)).status).toBe(403);
    expect((await t.admin('PUT', '/admin/policies/no-transfers', NO_TRANSFERS)).status).toBe(200);
    expect((await t.check('read:contacts')).status).toBe(200);
    expect((await t.check('read:bank')).status).toBe(403);
    expect((await t.admin('POST', '/relationships', relationship)).status).toBe(201);
  });

  test('is gone once it is deleted', async () => {
    const t = await withDocument('{');
    expect((await t.admin('DELETE', '/admin/policies/no-transfers')).status).toBe(200);
    expect((await t.check('read:bank')).status).toBe(200);
  });
});
