import { afterEach, beforeEach, expect, test } from 'vitest';
import { TEST_MASTER_KEY } from '../../../testing/engines.js';
import { stores, type TestStore } from '../../../testing/stores.js';
import { tamper } from '../../../testing/tampering.js';
import { type MeshTest, meshTest } from '../testing.js';

/** More than the start looks through. */
const MANY = 300;

let place: TestStore;
let t: MeshTest;
const open = (seed: string) => meshTest({ store: place.address, masterKey: TEST_MASTER_KEY, seed });

beforeEach(async () => {
  const [kind] = stores.filter(({ durable }) => durable);
  if (kind === undefined) throw new Error('There is always SQLite.');
  place = await kind.create();
  t = await open('first');
});
afterEach(async () => {
  await t.close();
  await place.remove();
});

async function restartAfter(sql: string): Promise<void> {
  await t.close();
  await tamper(place.address, sql);
  t = await open('second');
}

const inChain = (chain: string) => `WHERE chain = '${chain}' AND seq = 3`;

test('decisions whose columns were changed far back are not told, not counted, and name themselves', async () => {
  await Promise.all(Array.from({ length: MANY }, () => t.check('read:contacts')));
  await restartAfter(`UPDATE records SET verdict = 'deny' ${inChain('meshguard')}`);
  for (const path of ['/admin/audit', '/admin/audit/stats']) {
    const { status, body } = await t.admin('GET', path);
    expect([path, status, body['code']]).toEqual([path, 500, 'ledger_damaged']);
  }
  const { body } = await t.admin('GET', '/admin/audit/verify');
  expect(body).toMatchObject({
    ok: false,
    chains: [{ chain: 'meshguard', ok: false, firstBad: { line: 4, code: 'changed_column' } }, { ok: true }],
  });
});

test('events whose columns were changed far back are not told', async () => {
  const { body } = await t.admin('POST', '/admin/agents', { name: 'often' });
  const url = `/admin/agents/${String(body['id'])}`;
  await Promise.all(Array.from({ length: MANY }, (_, at) => t.admin('PATCH', url, { name: `often ${at}` })));
  await restartAfter(`UPDATE records SET verdict = 'agent.viewed' ${inChain('meshguard-events')}`);
  const events = await t.admin('GET', '/admin/audit/events');
  expect([events.status, events.body['code']]).toEqual([500, 'ledger_damaged']);
});

test.each(['actor', 'session', 'subject', 'verdict', 'link', 'id'])(
  'a changed %s among the latest decisions is found at the start',
  async (column) => {
    await t.check('read:contacts');
    await expect(restartAfter(`UPDATE records SET ${column} = 'x' WHERE chain = 'meshguard'`)).rejects.toThrow(
      `the column "${column}"`,
    );
    t = await meshTest();
  },
);

test('every kind of event says in its columns what its text says', async () => {
  await t.check('write:payments', { 'x-meshguard-trace-id': 'a-trace' });
  await t.admin('POST', '/admin/agents', { name: 'n'.repeat(256) });
  await t.admin('POST', '/admin/policies', {
    name: 'é😀'.repeat(40),
    version: '1',
    appliesTo: { tags: ['none'] },
    rules: [{ effect: 'deny', actions: ['x:*'] }],
  });
  await t.send('GET', '/proxy/api/contacts');
  await t.admin('POST', '/orgs/default/trust/recompute');
  const { body } = await t.admin('GET', '/admin/audit/verify');
  expect(body).toMatchObject({ ok: true });
});
