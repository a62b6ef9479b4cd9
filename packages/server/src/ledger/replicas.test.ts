import { rampartFormula, verifyChainSync } from '@sallyport/verify';
import { describe, expect, test } from 'vitest';
import { testEngine } from '../testing/engines.js';
import { appending, TEST_CHAIN } from '../testing/records.js';
import { stores } from '../testing/stores.js';

describe.each(stores.filter(({ name }) => name === 'postgres'))('replicas on $name', (kind) => {
  test('share one chain, one tree and one key, whoever appends', async () => {
    const t = await testEngine(kind);
    const replicas = [t.engine, await t.another()];
    for (const { ledger } of replicas) await ledger.register(TEST_CHAIN, rampartFormula);
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        replicas.flatMap(({ lane }, replica) =>
          Array.from({ length: 32 }, (_, index) => lane.run(appending(`${replica}-${round}-${index}`))),
        ),
      );
    }
    const notes = await Promise.all(replicas.map(({ ledger }) => ledger.checkpoint(TEST_CHAIN)));
    expect(notes[0]).toBe(notes[1]);
    const lines: string[] = [];
    for await (const { text } of t.engine.ledger.stream({ chain: TEST_CHAIN })) lines.push(text);
    expect(verifyChainSync(lines, { formula: rampartFormula })).toMatchObject({ ok: true, count: 640 });
    await t.close();
  });
});
