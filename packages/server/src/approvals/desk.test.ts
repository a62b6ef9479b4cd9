import { rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EngineEvent } from '../engine/unit.js';
import { consumeApproval, openApproval, TEST_EXPIRY, testApproval, testHooks } from '../testing/approvals.js';
import { TEST_START, type TestEngine, testEngine } from '../testing/engines.js';
import { TEST_CHAIN, testRecord } from '../testing/records.js';
import { stores } from '../testing/stores.js';
import { putTally, readTally, TALLIES, tallyIn } from '../testing/tallies.js';
import { ApprovalConflictError, ApprovalNotFoundError } from './errors.js';

describe.each(stores)('the approval desk on $name', (kind) => {
  let t: TestEngine;

  const prepare = async () => {
    await t.engine.ledger.register(TEST_CHAIN, rampartFormula);
    t.engine.approvals.register('test', testHooks);
  };
  beforeEach(async () => {
    t = await testEngine(kind);
    await prepare();
  });
  afterEach(() => t.close());

  const records = async () =>
    (await t.engine.ledger.page({ chain: TEST_CHAIN }, { order: 'oldest', limit: 100 })).map(({ id }) => id);
  const approve = (id: string, by = 'olivia') => t.engine.approvals.resolve(id, { verdict: 'approved', by });

  test('gives back an approval as it was opened', async () => {
    const approval = testApproval('a1', { note: 'why', extra: null });
    expect(await openApproval(t.engine, approval)).toEqual(approval);
    expect(await t.engine.approvals.get('a1')).toEqual(approval);
    expect(await t.engine.approvals.get('a2')).toBeUndefined();
  });

  test.each(['approved', 'rejected', 'cancelled'] as const)(
    'records that one was %s, and tells who listens',
    async (to) => {
      await openApproval(t.engine, testApproval('a1'));
      const heard: EngineEvent[] = [];
      t.engine.events.subscribe((event) => heard.push(event));
      t.clock.advance(1000);
      const resolved = await t.engine.approvals.resolve('a1', { verdict: to, by: 'olivia', note: 'fine' });
      expect(resolved).toEqual({
        ...testApproval('a1'),
        status: to,
        resolvedAt: TEST_START + 1000,
        resolvedBy: 'olivia',
        note: 'fine',
      });
      expect(await t.engine.approvals.get('a1')).toEqual(resolved);
      expect(await records()).toEqual([`a1:${to}`]);
      expect(heard).toEqual([{ dialect: 'test', type: `approval.${to}`, data: resolved }]);
    },
  );

  test('approves only what its dialect lets be approved; anything else it still may become', async () => {
    const sibling = testApproval('a2', { joinKey: 'other' });
    t.engine.approvals.register('test', {
      ...testHooks,
      approvable: {
        load: ({ digest }) => t.engine.approvals.byDigest('test', digest),
        check: (approval, rows) => {
          if (rows.some(({ id }) => id !== approval.id)) throw new Error('not while there is another');
        },
      },
    });
    await openApproval(t.engine, testApproval('a1'));
    await openApproval(t.engine, sibling);
    await expect(approve('a1')).rejects.toThrow('not while there is another');
    expect(await t.engine.approvals.get('a1')).toMatchObject({ status: 'pending' });
    expect(await records()).toEqual([]);
    await t.engine.approvals.resolve('a1', { verdict: 'rejected', by: 'olivia' });
    expect(await records()).toEqual(['a1:rejected']);
  });

  test('resolves once, and says what became of it', async () => {
    await openApproval(t.engine, testApproval('a1'));
    await t.engine.approvals.resolve('a1', { verdict: 'rejected', by: 'olivia' });
    const second = approve('a1', 'mallory');
    await expect(second).rejects.toThrow(ApprovalConflictError);
    await expect(second).rejects.toMatchObject({ code: 'approval_conflict', status: 'rejected', approvalId: 'a1' });
    await expect(second).rejects.toThrow('Approval a1 was already denied by olivia; an answer cannot be changed.');
    expect(await t.engine.approvals.get('a1')).toMatchObject({ status: 'rejected', resolvedBy: 'olivia' });
    expect(await records()).toEqual(['a1:rejected']);
  });

  test('of two answers at once, one counts', async () => {
    await openApproval(t.engine, testApproval('a1'));
    const answers = await Promise.allSettled([
      approve('a1'),
      t.engine.approvals.resolve('a1', { verdict: 'rejected', by: 'oscar' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await records()).toHaveLength(1);
  });

  test('knows nothing of an id that was never opened', async () => {
    await expect(approve('a9')).rejects.toThrow(ApprovalNotFoundError);
  });

  test('an approved one is used once', async () => {
    await openApproval(t.engine, testApproval('a1'));
    await expect(consumeApproval(t.engine, 'a1')).rejects.toMatchObject({ status: 'pending' });
    await approve('a1');
    const used = await Promise.allSettled([consumeApproval(t.engine, 'a1'), consumeApproval(t.engine, 'a1')]);
    expect(used).toMatchObject([
      { value: { status: 'consumed', consumedAt: TEST_START, resolvedBy: 'olivia' } },
      { reason: { code: 'approval_conflict', status: 'consumed' } },
    ]);
    await expect(approve('a1')).rejects.toMatchObject({ status: 'consumed' });
    expect(await records()).toEqual(['a1:approved', 'a1:consumed']);
  });

  test('expires at its time by itself, to the record of the dialect', async () => {
    await openApproval(t.engine, testApproval('a1'));
    await openApproval(t.engine, testApproval('a2', { expiresAt: TEST_START + 2 * TEST_EXPIRY }));
    const expired = new Promise<EngineEvent>((resolve) => t.engine.events.subscribe(resolve));
    t.clock.advance(TEST_EXPIRY - 1);
    expect(await t.engine.approvals.get('a1')).toMatchObject({ status: 'pending' });
    t.clock.advance(1);
    expect(await expired).toMatchObject({ type: 'approval.expired', data: { id: 'a1', resolvedBy: 'timeout' } });
    expect(await records()).toEqual(['a1:expired']);
    await t.engine.approvals.sweep();
    const second = new Promise<EngineEvent>((resolve) => t.engine.events.subscribe(resolve));
    t.clock.advance(TEST_EXPIRY);
    expect(await second).toMatchObject({ type: 'approval.expired', data: { id: 'a2' } });
  });

  test('reads as expired from its time on, before that is written, and takes no other answer', async () => {
    // A dialect that is not served: nobody can write its records, so that the sweep leaves it alone.
    t.engine.approvals.register('gone', testHooks);
    await openApproval(t.engine, testApproval('a1', { dialect: 'gone' }));
    if (kind.durable) {
      await t.restart();
      await prepare();
    } else t.engine.approvals.register('gone', { ...testHooks, chains: ['unknown'] });
    t.clock.advance(TEST_EXPIRY);
    expect(await t.engine.approvals.get('a1')).toMatchObject({
      status: 'expired',
      resolvedAt: TEST_START + TEST_EXPIRY,
      resolvedBy: 'timeout',
    });
    expect(await t.engine.approvals.list({ status: 'pending' })).toEqual([]);
    expect(await t.engine.approvals.list({ status: 'expired' })).toHaveLength(1);
    t.engine.approvals.register('gone', testHooks);
    await expect(approve('a1')).rejects.toMatchObject({ code: 'approval_conflict', status: 'expired' });
  });

  if (kind.durable)
    test('survives a restart, and expires then', async () => {
      await openApproval(t.engine, testApproval('a1'));
      await openApproval(t.engine, testApproval('a2'));
      await t.restart();
      await prepare();
      expect(await t.engine.approvals.get('a1')).toEqual(testApproval('a1'));
      await approve('a1');
      await t.restart();
      await prepare();
      t.clock.advance(TEST_EXPIRY);
      expect(await t.engine.approvals.sweep()).toBe(1);
      expect(await t.engine.approvals.get('a1')).toMatchObject({ status: 'approved' });
      expect(await t.engine.approvals.get('a2')).toMatchObject({ status: 'expired' });
    });

  test('sweeps more than one page, each once', async () => {
    const ids = Array.from({ length: 450 }, (_, index) => `a${index}`);
    await Promise.all(ids.map((id) => openApproval(t.engine, testApproval(id))));
    await t.engine.reset();
    await Promise.all(ids.map((id) => openApproval(t.engine, testApproval(id, { expiresAt: TEST_START }))));
    const [first, joined] = await Promise.all([t.engine.approvals.sweep(), t.engine.approvals.sweep()]);
    expect([first, joined]).toEqual([450, 450]);
    expect(await t.engine.approvals.sweep()).toBe(0);
    expect(await t.engine.ledger.count({ chain: TEST_CHAIN, verdict: 'expired' })).toBe(450);
  });

  test('takes a dialect’s own writes along with the step, or neither', async () => {
    await t.engine.store.migrate('test', TALLIES);
    const tally = async () => tallyIn(await t.engine.store.all(readTally('steps')));
    t.engine.approvals.register('test', { ...testHooks, writes: () => [putTally('steps', 1)] });
    await openApproval(t.engine, testApproval('a1'));
    await approve('a1');
    expect(await tally()).toBe(1);
    const broken = { sql: 'UPDATE tallies SET n = 9', params: [], expect: 5 };
    t.engine.approvals.register('test', { ...testHooks, writes: () => [broken] });
    await openApproval(t.engine, testApproval('a2'));
    await expect(approve('a2')).rejects.toThrow();
    expect(await tally()).toBe(1);
    expect(await t.engine.approvals.get('a2')).toMatchObject({ status: 'pending' });
  });

  test('gives hooks the details of whoever took the step', async () => {
    const seen: unknown[] = [];
    const records = (_approval: unknown, transition: unknown) => {
      seen.push(transition);
      return [testRecord('r')];
    };
    t.engine.approvals.register('test', { ...testHooks, records });
    await openApproval(t.engine, testApproval('a1'));
    const details = { persist: true };
    await t.engine.approvals.resolve('a1', { verdict: 'approved', by: 'olivia', details });
    expect(seen).toEqual([{ from: 'pending', to: 'approved', at: TEST_START, by: 'olivia', details }]);
  });

  test('refuses approvals of a dialect that never announced itself', async () => {
    await expect(openApproval(t.engine, testApproval('a1', { dialect: 'other' }))).rejects.toThrow(/"other"/);
  });
});
