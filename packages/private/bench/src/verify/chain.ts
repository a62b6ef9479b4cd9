import { createHash } from 'node:crypto';
import { canonicalFormula, rampartFormula, verifyChainSync } from '@sallyport/verify';
import { interleave } from '../harness/interleave.js';
import { nanosecondsPer } from '../harness/measure.js';
import type { Row } from '../harness/row.js';
import { event, lines } from './records.js';

const RECORDS = 20_000;
const ROUNDS = 9;

const bareHash = (texts: readonly string[]) => (): number =>
  nanosecondsPer(texts.length, (index) =>
    createHash('sha256')
      .update(texts[index] ?? '')
      .digest('hex'),
  );

/** Verification against nothing but the hashes that it cannot do without, over strings of the same length. */
export async function chainCost(): Promise<readonly Row[]> {
  const raw = [...lines(RECORDS)];
  const canonical = canonicalFormula({ reserialised: true });
  const rebuilt: string[] = [];
  let head = canonical.genesis;
  for (let index = 0; index < RECORDS; index++) {
    const sealed = canonical.seal({ ...event(index) }, head);
    rebuilt.push(sealed.text);
    head = sealed.hash;
  }
  const verifying = (texts: readonly string[], formula: Parameters<typeof verifyChainSync>[1]['formula']) => () => {
    const started = performance.now();
    if (!verifyChainSync(texts, { formula }).ok) throw new Error('The benchmark made a chain that does not verify.');
    return ((performance.now() - started) * 1e6) / texts.length;
  };

  const spent = await interleave(ROUNDS, {
    bare: bareHash(raw),
    raw: verifying(raw, rampartFormula),
    bareRebuilt: bareHash(rebuilt),
    rebuilt: verifying(rebuilt, canonical),
  });
  return [
    {
      name: 'verify raw lines ÷ bare SHA-256',
      value: spent.bare / spent.raw,
      unit: '×',
      better: 'more',
      aim: 0.5,
      limit: 0.3,
    },
    {
      name: 'verify rebuilt canonical JSON ÷ bare SHA-256',
      value: spent.bareRebuilt / spent.rebuilt,
      unit: '×',
      better: 'more',
      limit: 0.12,
    },
    { name: 'verify raw lines', value: 1e9 / spent.raw, unit: '/s', better: 'more' },
  ];
}
