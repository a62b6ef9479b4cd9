import { hash } from 'node:crypto';
import { leafHash, MemoryTiles, MerkleTree, rampartFormula } from '@sallyport/verify';
import { interleave } from '../harness/interleave.js';
import { nanosecondsPer } from '../harness/measure.js';
import type { Row } from '../harness/row.js';
import { event, lines } from './records.js';

const RECORDS = 16_384;
/** Records of one turn of the event loop, as the server commits them. */
const GROUP = 32;
/** Few enough for a round to be over before a busy machine takes the processor away. */
const GROUPS = 8;
const ROUNDS = 601;
const NODE_BYTES = 65;

/**
 * Appending to chain and tree against the same hash calls alone: one over the record for its chain, one for its leaf, and
 * one inner node each.
 */
export async function appendCost(): Promise<readonly Row[]> {
  const texts = [...lines(RECORDS)];
  const leaves = texts.map((text) => `\0${text}`);
  const events = texts.map((_, index) => event(index));
  const node = Buffer.alloc(NODE_BYTES, 1);
  const tree = new MerkleTree();
  const tiles = new MemoryTiles();
  let head = rampartFormula.genesis;
  let hashed = 0;

  const hashesAlone = (): number =>
    nanosecondsPer(GROUPS * GROUP, () => {
      const at = hashed++ % RECORDS;
      hash('sha256', texts[at] ?? '', 'hex');
      hash('sha256', leaves[at] ?? '', 'binary');
      hash('sha256', node, 'binary');
    });

  const appendGroup = (): void => {
    const start = tree.size % RECORDS;
    const group = events.slice(start, start + GROUP).map((draft) => {
      const { text, hash } = rampartFormula.seal(draft, head);
      head = hash;
      return leafHash(text);
    });
    const staged = tree.stage(group);
    for (const tile of staged.tiles) tiles.write(tile);
    staged.commit();
  };
  const append = (): number => nanosecondsPer(GROUPS, appendGroup) / GROUP;

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
