import { hash } from 'node:crypto';
import {
  type ChainOptions,
  type ChainPosition,
  canonicalFormula,
  rampartFormula,
  verifyChainSync,
} from '@sallyport/verify';
import { interleave } from '../harness/interleave.js';
import { nanosecondsPer } from '../harness/measure.js';
import type { Row } from '../harness/row.js';
import { event } from './records.js';

const SLICES = 40;
/** Few enough for a round to be over before a busy machine takes the processor away. */
const RECORDS = 250;
const ROUNDS = 601;

/** Some lines of a chain, where they go on from, and what is hashed for them. */
interface Slice {
  readonly lines: readonly string[];
  readonly from: ChainPosition;
  readonly hashed: readonly string[];
}

/** One chain in slices. `seal` gives the line to verify, the text that its hash covers, and that hash. */
function slices(
  genesis: string,
  seal: (index: number, previous: string) => { line: string; hashed: string; hash: string },
): Slice[] {
  let head = genesis;
  return Array.from({ length: SLICES }, (_, slice) => {
    const from = { count: slice * RECORDS, head };
    const records = Array.from({ length: RECORDS }, (_, index) => {
      const record = seal(from.count + index, head);
      head = record.hash;
      return record;
    });
    return { lines: records.map(({ line }) => line), from, hashed: records.map(({ hashed }) => hashed) };
  });
}

/** Measures one slice after another. */
function inTurns(chain: readonly Slice[], measure: (slice: Slice) => number): () => number {
  let turn = 0;
  return () => {
    const slice = chain[turn++ % chain.length];
    if (slice === undefined) throw new Error('There is nothing to measure.');
    return measure(slice);
  };
}

/** The one-shot hash that verification itself uses, over texts that are at hand. */
const hashing = ({ hashed }: Slice): number =>
  nanosecondsPer(hashed.length, (index) => {
    hash('sha256', hashed[index] ?? '', 'hex');
  });

const verifying =
  (formula: ChainOptions['formula']) =>
  ({ lines, from }: Slice): number => {
    const started = performance.now();
    if (!verifyChainSync(lines, { formula, from }).ok) throw new Error('The benchmark made a chain that is not one.');
    return ((performance.now() - started) * 1e6) / lines.length;
  };

/** Verification against nothing but the hashes that it cannot do without. */
export async function chainCost(): Promise<readonly Row[]> {
  const raw = slices(rampartFormula.genesis, (index, previous) => {
    const { text, hash } = rampartFormula.seal(event(index), previous);
    return { line: text, hashed: previous + text, hash };
  });
  const formula = canonicalFormula({ reserialised: true });
  const rebuilt = slices(formula.genesis, (index, previous) => {
    const { text, hash } = formula.seal({ ...event(index) }, previous);
    // As a store of documents gives it back: the same members in an order of its own.
    return { line: JSON.stringify({ hash, previous_hash: previous, ...event(index) }), hashed: text, hash };
  });

  const spent = await interleave(ROUNDS, {
    bareRaw: inTurns(raw, hashing),
    raw: inTurns(raw, verifying(rampartFormula)),
    bareRebuilt: inTurns(rebuilt, hashing),
    rebuilt: inTurns(rebuilt, verifying(formula)),
  });
  return [
    {
      name: 'verify raw lines ÷ bare SHA-256',
      value: spent.bareRaw / spent.raw,
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
    { name: 'verify rebuilt canonical JSON', value: 1e9 / spent.rebuilt, unit: '/s', better: 'more' },
  ];
}
