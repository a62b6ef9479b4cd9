import { rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openApproval, TEST_EXPIRY, testApproval, testHooks } from '../testing/approvals.js';
import { type TestEngine, testEngine } from '../testing/engines.js';
import { TEST_CHAIN } from '../testing/records.js';
import { stores } from '../testing/stores.js';

const LONG = 10 * TEST_EXPIRY;

describe.each(stores)('waiting for an approval on $name', (kind) => {
  let t: TestEngine;

  beforeEach(async () => {
    t = await testEngine(kind);
    await t.engine.ledger.register(TEST_CHAIN, rampartFormula);
    t.engine.approvals.register('test', testHooks);
    await openApproval(t.engine, testApproval('a1'));
  });
  afterEach(() => t.close());

  /** Lets everything run that needs no clock: a read is on its way, or has come back. */
  const settle = () => t.engine.lane.run({ chains: [], load: [], decide: () => ({ answer: undefined }) });

  test('everybody who waits is woken when it is resolved', async () => {
    const waiting = [t.engine.approvals.wait('a1', LONG), t.engine.approvals.wait('a1', LONG)];
    await settle();
    const resolved = await t.engine.approvals.resolve('a1', { verdict: 'approved', by: 'olivia' });
    expect(await Promise.all(waiting)).toEqual([resolved, resolved]);
  });

  test('one that is resolved while the wait begins is not missed', async () => {
    const [waited] = await Promise.all([
      t.engine.approvals.wait('a1', LONG),
      t.engine.approvals.resolve('a1', { verdict: 'rejected', by: 'olivia' }),
    ]);
    expect(waited).toMatchObject({ status: 'rejected' });
  });

  test('is over when its time is, and gives what there is then', async () => {
    const waiting = t.engine.approvals.wait('a1', 30_000);
    let over = false;
    void waiting.then(() => {
      over = true;
    });
    await settle();
    t.clock.advance(29_000);
    await settle();
    expect(over).toBe(false);
    // On PostgreSQL it reads again from time to time, so that the clock has to be moved more than once.
    for (let step = 0; step < 4 && !over; step += 1) {
      t.clock.advance(1000);
      await settle();
      await settle();
    }
    expect(await waiting).toMatchObject({ status: 'pending' });
  });

  test('is over when the approval expires', async () => {
    const waiting = t.engine.approvals.wait('a1', LONG);
    await settle();
    t.clock.advance(TEST_EXPIRY);
    expect(await waiting).toMatchObject({ status: 'expired' });
  });

  test('is over when the caller goes away', async () => {
    const abort = new AbortController();
    const waiting = t.engine.approvals.wait('a1', LONG, abort.signal);
    await settle();
    abort.abort();
    expect(await waiting).toMatchObject({ status: 'pending' });
    expect(await t.engine.approvals.wait('a1', LONG, abort.signal)).toMatchObject({ status: 'pending' });
  });

  test('does not hold on where there is nothing to wait for', async () => {
    expect(await t.engine.approvals.wait('a9', LONG)).toBeUndefined();
    expect(await t.engine.approvals.wait('a1', 0)).toMatchObject({ status: 'pending' });
    await t.engine.approvals.resolve('a1', { verdict: 'approved', by: 'olivia' });
    expect(await t.engine.approvals.wait('a1', LONG)).toMatchObject({ status: 'approved' });
  });

  test('is over when the gateway shuts down', async () => {
    const waiting = t.engine.approvals.wait('a1', LONG);
    await settle();
    await t.engine.close();
    expect(await waiting).toMatchObject({ status: 'pending' });
  });
});
