import { rampartFormula, verifyChainSync } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { consumeApproval, openApproval, TEST_EXPIRY, testApproval, testHooks } from '../testing/approvals.js';
import { TEST_MASTER_KEY, type TestEngine, testEngine } from '../testing/engines.js';
import { appending, TEST_CHAIN } from '../testing/records.js';
import { stores } from '../testing/stores.js';
import { createEngine, type RunningEngine } from './create.js';
import { silentLog } from './log.js';

describe.each(stores)('replicas on $name', (kind) => {
  let t: TestEngine;
  let one: RunningEngine;

  beforeEach(async () => {
    t = await testEngine(kind);
    one = t.engine;
    await one.ledger.register(TEST_CHAIN, rampartFormula);
    one.approvals.register('test', testHooks);
  });
  afterEach(() => t.close());

  if (kind.name !== 'postgres') {
    test('there are none: one process has the store to itself', () => expect(one.store.shared).toBe(false));
    return;
  }

  let other: RunningEngine;
  beforeEach(async () => {
    other = await t.another();
    await other.ledger.register(TEST_CHAIN, rampartFormula);
    other.approvals.register('test', testHooks);
  });

  /** Moves the clock on until the promise is settled, as time does. */
  async function inTime<T>(promise: Promise<T>, step: number): Promise<T> {
    let settled = false;
    const done = promise.finally(() => {
      settled = true;
    });
    for (let round = 0; round < 50 && !settled; round += 1) {
      t.clock.advance(step);
      await other.store.all({ sql: 'SELECT 1', params: [] });
    }
    return done;
  }

  test('share one chain, one tree and one key, whoever appends', async () => {
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        [one, other].flatMap(({ lane }, replica) =>
          Array.from({ length: 32 }, (_, index) => lane.run(appending(`${replica}-${round}-${index}`))),
        ),
      );
    }
    const notes = await Promise.all([one, other].map(({ ledger }) => ledger.checkpoint(TEST_CHAIN)));
    expect(notes[0]).toBe(notes[1]);
    const lines: string[] = [];
    for await (const { text } of other.ledger.stream({ chain: TEST_CHAIN })) lines.push(text);
    expect(verifyChainSync(lines, { formula: rampartFormula })).toMatchObject({ ok: true, count: 640 });
  });

  test('begin together on an empty database', async () => {
    const place = await kind.create();
    const options = { store: place.address, log: silentLog(), masterKey: TEST_MASTER_KEY };
    const begun = await Promise.all([1, 2, 3].map(() => createEngine(options)));
    await Promise.all(begun.map(({ ledger }) => ledger.register(TEST_CHAIN, rampartFormula)));
    expect(new Set(begun.map(({ ledger }) => ledger.publicKey)).size).toBe(1);
    await Promise.all(begun.map((engine) => engine.close()));
    await place.remove();
  });

  test('are told by PostgreSQL, and not by a stack, that they may not come in', async () => {
    const url = new URL(t.place.address);
    url.pathname = '/nowhere';
    const refusal = createEngine({ store: url.href, log: silentLog(), masterKey: TEST_MASTER_KEY });
    await expect(refusal).rejects.toThrow(/refuses \(3D000\): check user, password and database/);
  });

  test('a replica that fell far behind catches up', async () => {
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: 256 }, (_, index) => one.lane.run(appending(`${round}-${index}`))));
    }
    expect(await other.lane.run(appending('late'))).toBe('late');
    expect(await other.ledger.checkpoint(TEST_CHAIN)).toBe(await one.ledger.checkpoint(TEST_CHAIN));
  });

  test('of two that resolve or redeem at once, one does', async () => {
    await openApproval(one, testApproval('a1'));
    const resolved = await Promise.allSettled(
      [one, other].map(({ approvals }) => approvals.resolve('a1', { verdict: 'approved', by: 'olivia' })),
    );
    expect(resolved.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const used = await Promise.allSettled([one, other].map((engine) => consumeApproval(engine, 'a1')));
    expect(used.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await one.ledger.count({ chain: TEST_CHAIN })).toBe(2);
  });

  test('who waits at one hears what another resolved', async () => {
    await openApproval(one, testApproval('a1'));
    const waiting = other.approvals.wait('a1', TEST_EXPIRY);
    await one.approvals.resolve('a1', { verdict: 'approved', by: 'olivia' });
    expect(await inTime(waiting, 100)).toMatchObject({ status: 'approved' });
  });

  test('the approvals of one that ended are swept by another', async () => {
    await openApproval(one, testApproval('a1'));
    await one.close();
    await other.approvals.sweep();
    const swept = new Promise((resolve) => other.events.subscribe(resolve));
    expect(await inTime(swept, TEST_EXPIRY / 10)).toMatchObject({ type: 'approval.expired' });
    await other.approvals.sweep();
    expect(await other.ledger.count({ chain: TEST_CHAIN, verdict: 'expired' })).toBe(1);
  });

  test('a credential revoked at one is refused by the others within a second', async () => {
    const { token, credential } = await one.credentials.create({ dialect: 'rampart', roles: ['agent'] });
    expect(await other.credentials.find(token)).toMatchObject({ id: credential.id });
    await one.credentials.revoke(credential.id);
    t.clock.advance(1000);
    expect(await other.credentials.find(token)).toMatchObject({ revokedAt: expect.any(Number) });
  });
});
