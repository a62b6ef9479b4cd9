import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stores, type TestStore } from '../../testing/stores.js';
import { type TestAegis, testAegis } from './testing.js';

const KEY = 'aegis_sk_live_of-these-tests';

describe.each(stores.filter(({ durable }) => durable))('on $name', (kind) => {
  let place: TestStore;
  let t: TestAegis;
  const open = () => testAegis({ adminKey: KEY }, place.address);
  beforeEach(async () => {
    place = await kind.create();
    t = await open();
  });
  afterEach(async () => {
    await t.close();
    await place.remove();
  });

  async function restart(): Promise<void> {
    await t.close();
    t = await open();
    // A standing clock and the same seed would give the ids of before again.
    t.clock.advance(1000);
  }
  const constraint = (answer: { body: Readonly<Record<string, unknown>> }, name: string) =>
    String(Reflect.get(Object(answer.body['constraints']), name));

  test('each stage works, in the documented order', async () => {
    await t.admin('POST', '/api/v1/actors/demo-agent/grants', {
      capability: 'file.read',
      constraints: { rate_limit: { max_requests: 2, window_seconds: 60 } },
    });
    const more = { request_id: 'r' };
    expect((await t.propose('file.read', { more })).body['outcome']).toBe('ALLOW');
    expect((await t.propose('file.write', { more, resource: '.bashrc' })).body['error_code']).toBe('AEGIS-VAL-021');
    expect((await t.propose('file.write', { resource: '.bashrc' })).body['error_code']).toBe('AEGIS-VAL-023');
    const decided = await Promise.all(Array.from({ length: 5 }, () => t.propose('file.read')));
    expect(decided.map(({ body }) => body['outcome']).sort()).toEqual(['ALLOW', 'DENY', 'DENY', 'DENY', 'DENY']);
    const asked = await t.propose('shell.exec');
    const token = { confirmation_token: constraint(asked, 'confirmation_token') };
    const again = await Promise.all(Array.from({ length: 3 }, () => t.propose('shell.exec', { more: token })));
    expect(again.map(({ body }) => body['outcome'] ?? body['error_code']).sort()).toEqual([
      'AEGIS-CNF-001',
      'AEGIS-CNF-001',
      'ALLOW',
    ]);
    const rest = await Promise.all(Array.from({ length: 100 }, () => t.propose('file.read')));
    expect(rest.filter(({ body }) => body['error_code'] === 'AEGIS-GW-001')).toHaveLength(11);
    const verified = await t.admin('GET', '/sallyport/v1/log/aegis/verify');
    expect(verified.body['ok']).toBe(true);
  });

  test('request ids, policies, grants and escalations survive a restart', async () => {
    const asked = await t.propose('network.fetch', { token: KEY, more: { request_id: 'r' } });
    const escalation = constraint(asked, 'escalation_id');
    const rules = [{ capability: 'file.read', outcome: 'DENY' }];
    await t.admin('POST', '/api/v1/policies', { name: 'stop', rules });
    await t.admin('DELETE', '/api/v1/actors/agent-001/grants/database.query');
    await restart();
    expect((await t.propose('file.read', { more: { request_id: 'r' } })).status).toBe(409);
    expect((await t.propose('file.read')).body['reason']).toBe("Denied by policy 'stop'.");
    expect((await t.propose('database.query', { actor: 'agent-001' })).body['outcome']).toBe('DENY');
    const answer = await t.admin('POST', `/api/v1/governance/escalations/${escalation}/respond`, {
      decision: 'approve',
    });
    expect(answer.body['status']).toBe('approved');
  });

  test('a confirmation token is good after a restart, for the key that asked', async () => {
    const asked = await t.propose('shell.exec', { token: KEY });
    const more = { confirmation_token: constraint(asked, 'confirmation_token') };
    await restart();
    expect((await t.propose('shell.exec', { more })).body['error_code']).toBe('AEGIS-CNF-003');
    expect((await t.propose('shell.exec', { token: KEY, more })).body['outcome']).toBe('ALLOW');
  });

  if (kind.name === 'postgres') {
    test('what one replica changes counts in the other from the next decision on', async () => {
      const other = await testAegis({ adminKey: KEY }, place.address);
      // Its own ids, since both have the same seed and standing clock.
      other.clock.advance(1000);
      const read = { token: KEY };
      expect((await other.propose('file.read', read)).body['outcome']).toBe('ALLOW');
      const rules = [{ capability: 'file.read', outcome: 'DENY' }];
      expect((await t.admin('POST', '/api/v1/policies', { name: 'stop', rules })).status).toBe(201);
      expect((await other.propose('file.read', read)).body['outcome']).toBe('DENY');
      expect((await t.propose('file.read', { ...read, more: { request_id: 'r' } })).body['outcome']).toBe('DENY');
      expect((await other.propose('file.read', { ...read, more: { request_id: 'r' } })).status).toBe(409);
      await other.close();
    });
  }

  test('demo keys stay with their store', async () => {
    const before = t.apiKey;
    await restart();
    expect(t.apiKey).toBe(before);
    expect((await t.propose('file.read', { token: before })).status).toBe(200);
  });
});
