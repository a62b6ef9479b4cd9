import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stores, type TestStore } from '../../../testing/stores.js';
import { tamper } from '../../../testing/tampering.js';
import { type TestAegis, testAegis } from '../testing.js';

const KEY = 'aegis_sk_live_of-these-tests';
const STOP = { name: 'stop', rules: [{ capability: 'file.write', condition: 'actor.id == "x"', outcome: 'DENY' }] };

describe.each(stores.filter(({ durable }) => durable))('what cannot be read in the store, on $name', (kind) => {
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

  async function restartAfter(sql: string): Promise<void> {
    await t.close();
    await tamper(place.address, sql);
    t = await open();
    t.clock.advance(1000);
  }
  const replaceIn = (table: string, column: string, from: string, to: string) =>
    `UPDATE ${table} SET ${column} = replace(${column}, '${from}', '${to}')`;

  test.each([
    ['no JSON', '{"description"', '{description'],
    ['an outcome that nobody knows', '"outcome":"DENY"', '"outcome":"BLOCK"'],
    ['a condition that nobody can read', '==', '=~='],
    ['a member that nobody knows', '"priority"', '"unless":"x","priority"'],
  ])('a policy denies every proposal until it is replaced: %s', async (_what, from, to) => {
    const { body: policy } = await t.admin('POST', '/api/v1/policies', STOP);
    expect((await t.propose('file.read')).body['outcome']).toBe('ALLOW');
    await restartAfter(`${replaceIn('aegis_policies', 'body', from, to)} WHERE name = 'stop'`);
    const denied = await t.propose('file.read');
    expect(denied.body).toMatchObject({ outcome: 'DENY', reason: "Denied by policy 'stop'." });
    const url = `/api/v1/policies/${String(policy['id'])}`;
    expect((await t.admin('GET', url)).body).toMatchObject({ name: 'stop', rules: [], version: 1 });
    expect((await t.admin('GET', '/api/v1/policies')).body['total']).toBe(5);
    expect((await t.admin('PUT', url, STOP)).body).toMatchObject({ version: 2 });
    expect((await t.propose('file.read')).body['outcome']).toBe('ALLOW');
  });

  test.each([
    ['no JSON', '"riskLevel"', 'riskLevel'],
    ['a risk that nobody knows', '"riskLevel":"low"', '"riskLevel":"none"'],
    ['a schema that is none', '"riskLevel":"low"', '"riskLevel":"low","parameterSchema":{"type":"nothing"}'],
  ])('a capability counts as not registered, until it is registered again: %s', async (_what, from, to) => {
    await restartAfter(`${replaceIn('aegis_capabilities', 'body', from, to)} WHERE name = 'file.read'`);
    expect((await t.propose('file.read')).body['outcome']).toBe('DENY');
    expect((await t.propose('database.query', { actor: 'agent-001' })).body['outcome']).toBe('ALLOW');
    const capability = { name: 'file.read', description: '', risk_level: 'low' };
    expect((await t.admin('POST', '/api/v1/capabilities', capability)).status).toBe(201);
    expect((await t.admin('POST', '/api/v1/capabilities', capability)).status).toBe(409);
    expect((await t.propose('file.read')).body['outcome']).toBe('ALLOW');
  });

  test.each([
    ['no JSON', '{'],
    ['a constraint that nobody knows', '{"region":"eu"}'],
    ['a time that is none', '{"timeWindow":{"start":"9","end":"17:00","timezone":"UTC"}}'],
  ])('a grant counts as expired, until it is given again: %s', async (_what, constraints) => {
    await restartAfter(
      `UPDATE aegis_grants SET constraints = '${constraints}' WHERE actor = 'demo-agent' AND capability = 'file.read'`,
    );
    expect((await t.propose('file.read')).body['outcome']).toBe('DENY');
    const { status, body } = await t.admin('GET', '/api/v1/actors/demo-agent/grants');
    expect([status, body['total']]).toEqual([200, 3]);
    const grant = { capability: 'file.read' };
    expect((await t.admin('POST', '/api/v1/actors/demo-agent/grants', grant)).status).toBe(201);
    expect((await t.propose('file.read')).body['outcome']).toBe('ALLOW');
  });
});
