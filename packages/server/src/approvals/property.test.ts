import { rampartFormula } from '@sallyport/verify';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consumeApproval, openApproval, TEST_EXPIRY, testApproval, testHooks } from '../testing/approvals.js';
import { TEST_START, type TestEngine, testEngine } from '../testing/engines.js';
import { TEST_CHAIN } from '../testing/records.js';
import { stores } from '../testing/stores.js';

const IDS = ['a1', 'a2', 'a3'];

/** Every way from a beginning to an end that the state machine has. */
const HISTORIES = ['', 'approved', 'approved consumed', 'rejected', 'cancelled', 'expired'];

type Step = {
  readonly id: string;
  readonly door: 'approved' | 'rejected' | 'cancelled' | 'consumed' | 'sweep';
  readonly wait: number;
};

const step = fc.record<Step>({
  id: fc.constantFrom(...IDS),
  door: fc.constantFrom('approved', 'rejected', 'cancelled', 'consumed', 'sweep'),
  wait: fc.constantFrom(0, 0, 0, 1000, TEST_EXPIRY),
});

async function take(t: TestEngine, { id, door }: Step): Promise<unknown> {
  if (door === 'sweep') return t.engine.approvals.sweep();
  if (door === 'consumed') return consumeApproval(t.engine, id);
  return t.engine.approvals.resolve(id, { verdict: door, by: door });
}

describe.each(stores)('any steps from any doors on $name', (kind) => {
  test('take each approval through one history, each transition once, with one record for each', async () => {
    const t = await testEngine(kind);
    await t.engine.ledger.register(TEST_CHAIN, rampartFormula);
    t.engine.approvals.register('test', testHooks);
    // Steps of one inner list are taken at once.
    const steps = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(steps, async (turns) => {
        await t.engine.reset();
        t.clock.set(TEST_START);
        for (const id of IDS) await openApproval(t.engine, testApproval(id));
        for (const turn of turns) {
          t.clock.advance(turn.reduce((longest, { wait }) => Math.max(longest, wait), 0));
          await Promise.allSettled(turn.map((one) => take(t, one)));
        }
        await t.engine.approvals.sweep();
        for (const id of IDS) {
          const taken = await t.engine.ledger.page({ chain: TEST_CHAIN }, { order: 'oldest', limit: 100 });
          const history = taken.filter(({ link }) => link === id).map(({ verdict }) => verdict);
          expect(HISTORIES).toContain(history.join(' '));
          expect((await t.engine.approvals.get(id))?.status).toBe(history.at(-1) ?? 'pending');
        }
      }),
      { numRuns: kind.name === 'postgres' ? 25 : 100 },
    );
    await t.close();
  });
});
