import { rampartFormula } from '@sallyport/verify';
import { expect, test } from 'vitest';
import { testEngine } from '../testing/engines.js';
import { stores } from '../testing/stores.js';

test.each(stores)('$name: smoke', async (kind) => {
  const t = await testEngine(kind);
  await t.engine.ledger.register('c', rampartFormula);
  const n = await Promise.all(
    [1, 2, 3].map((i) =>
      t.engine.lane.run({
        chains: ['c'],
        load: [],
        decide: (_f, { now }) => ({
          answer: i,
          records: [
            {
              chain: 'c',
              id: `r${i}`,
              at: now,
              actor: 'a',
              session: 's',
              subject: 'exec',
              verdict: 'allow',
              link: 'l',
              draft: {
                id: `r${i}`,
                timestamp: '2026-04-11T14:30:00Z',
                agent: 'a',
                session: 's',
                host: { hostname: 'h', os: 'linux', arch: 'x' },
                tool: 'exec',
                request: {},
                decision: { action: 'allow', evaluation_time_us: 1 },
              },
            },
          ],
        }),
      }),
    ),
  );
  expect(n).toEqual([1, 2, 3]);
  expect(await t.engine.ledger.head('c')).toMatchObject({ size: 3 });
  expect(await t.engine.ledger.checkpoint('c')).toMatch(/^sallyport\/c\n3\n/);
  await t.close();
});
