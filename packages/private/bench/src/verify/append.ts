import { createHash } from 'node:crypto';
import { leafHash, MemoryTiles, MerkleTree, rampartFormula } from '@sallyport/verify';
import { interleave } from '../harness/interleave.js';
import { nanosecondsPer } from '../harness/measure.js';
import type { Row } from '../harness/row.js';
import { event, lines } from './records.js';

const RECORDS = 16_384;
const ROUNDS = 9;
/** Records of one turn of the event loop, as the server commits them. */
const GROUP = 32;
const NODE_BYTES = 65;

/**
 * Appending to chain and tree against the same hash calls alone: one over the record for its chain, one for its leaf, and
 * one inner node each.
 */
export async function appendCost(): Promise<readonly Row[]> {
  const texts = [...lines(RECORDS)];
  const events = texts.map((_, index) => event(index));
  const node = Buffer.alloc(NODE_BYTES, 1);

  const hashesAlone = (): number =>
    nanosecondsPer(RECORDS, (index) => {
      const text = texts[index] ?? '';
      createHash('sha256').update(text).digest('hex');
      createHash('sha256').update('\0').update(text).digest();
      createHash('sha256').update(node).digest();
    });

  const append = (): number => {
    const tree = new MerkleTree();
    const tiles = new MemoryTiles();
    let head = rampartFormula.genesis;
    let leaves: Buffer[] = [];
    return nanosecondsPer(RECORDS, (index) => {
      const draft = events[index];
      if (draft === undefined) return;
      const { text, hash } = rampartFormula.seal(draft, head);
      head = hash;
      leaves.push(leafHash(text));
      if (leaves.length < GROUP) return;
      const staged = tree.stage(leaves);
      for (const tile of staged.tiles) tiles.write(tile);
      staged.commit();
      leaves = [];
    });
  };

  const spent = await interleave(ROUNDS, { hashesAlone, append });
  return [
    {
      name: 'append (chain + tree) ÷ its hash calls',
      value: spent.hashesAlone / spent.append,
      unit: '×',
      better: 'more',
      limit: 0.3,
    },
    { name: 'append (chain + tree)', value: spent.append / 1000, unit: 'µs', better: 'less' },
  ];
}
