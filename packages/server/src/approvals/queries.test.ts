import { rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Query } from '../engine/unit.js';
import { openApproval, TEST_EXPIRY, testApproval, testHooks } from '../testing/approvals.js';
import { TEST_START, type TestEngine, testEngine } from '../testing/engines.js';
import { TEST_CHAIN } from '../testing/records.js';
import { stores } from '../testing/stores.js';

describe.each(stores)('looking approvals up on $name', (kind) => {
  let t: TestEngine;

  beforeEach(async () => {
    t = await testEngine(kind);
    await t.engine.ledger.register(TEST_CHAIN, rampartFormula);
    for (const dialect of ['test', 'other']) t.engine.approvals.register(dialect, testHooks);
    const asked = [
      testApproval('a1', { joinKey: 'k', createdAt: TEST_START + 1 }),
      testApproval('a2', { runId: 'run-2', owner: 'server/admin', createdAt: TEST_START }),
      testApproval('a3', { dialect: 'other', digest: 'd2', tenant: 'acme', createdAt: TEST_START + 2 }),
    ];
    for (const approval of asked) await openApproval(t.engine, approval);
    await t.engine.approvals.resolve('a2', { verdict: 'approved', by: 'olivia' });
  });
  afterEach(() => t.close());

  const ids = async (query: Query) =>
    (await t.engine.store.all(query)).map((row) => t.engine.approvals.read(row).id).join(' ');

  test.each([
    [{}, 'a2 a1 a3'],
    [{ dialect: 'test' }, 'a2 a1'],
    [{ tenant: 'acme' }, 'a3'],
    [{ status: 'pending' }, 'a1 a3'],
    [{ status: 'approved' }, 'a2'],
    [{ owner: 'server/admin' }, 'a2'],
    [{ runId: 'run-2' }, 'a2'],
    [{ dialect: 'test', status: 'rejected' }, ''],
    [{ limit: 2 }, 'a2 a1'],
  ] as const)('lists %o, oldest first', async (filter, listed) => {
    expect((await t.engine.approvals.list(filter)).map(({ id }) => id).join(' ')).toBe(listed);
  });

  test('joins only what is pending under the same key', async () => {
    expect(await ids(t.engine.approvals.pendingBy('k'))).toBe('a1');
    expect(await ids(t.engine.approvals.pendingBy('a2'))).toBe('');
  });

  test('an overdue one does not hide its successor under the same key', async () => {
    await openApproval(t.engine, testApproval('a4', { joinKey: 'k', expiresAt: TEST_START + 2 * TEST_EXPIRY }));
    expect(await ids(t.engine.approvals.pendingBy('k'))).toBe('a4');
  });

  test('finds by digest within one dialect, newest first, whatever the state', async () => {
    expect(await ids(t.engine.approvals.byDigest('test', testApproval('').digest))).toBe('a1 a2');
    expect(await ids(t.engine.approvals.byDigest('other', 'd2'))).toBe('a3');
    expect(await ids(t.engine.approvals.byDigest('test', 'd2'))).toBe('');
  });

  test('counts what is pending in a dialect', async () => {
    expect(await t.engine.store.all(t.engine.approvals.pendingCount('test'))).toEqual([{ n: 1 }]);
    const [{ owner = '' } = {}] = await t.engine.approvals.list({ dialect: 'test', status: 'pending' });
    const share = (who: string) => t.engine.store.all(t.engine.approvals.pendingShare('test', who));
    expect([await share(owner), await share('nobody')]).toEqual([[{ n: 1, own: 1 }], [{ n: 1, own: 0 }]]);
  });
});
