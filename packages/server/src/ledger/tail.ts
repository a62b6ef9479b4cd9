import type { ChainFormula } from '@sallyport/verify';
import type { Store } from '../store/store.js';
import { assertSound, Examination, type ReadColumns } from './examination.js';
import { pageQuery } from './filter.js';
import type { ChainHead } from './ledger.js';
import { recordOf } from './records.js';

/** Records that are checked at start-up; the others are looked at when somebody reads the log. */
const CHECKED = 256;

/**
 * Checks that the last records of a chain hash and link up to its head, and that their columns are theirs.
 *
 * @returns whether those are all that there are.
 * @throws LedgerDamagedError with the `VerificationError`'s code in its message.
 */
export async function checkTail(
  store: Store,
  chain: string,
  formula: ChainFormula,
  columns: ReadColumns | undefined,
  head: ChainHead,
): Promise<boolean> {
  const rows = await store.all(pageQuery({ chain, toSeq: head.size }, { order: 'newest', limit: CHECKED + 1 }));
  const records = rows.map(recordOf).reverse();
  const [before] = records;
  const whole = records.length <= CHECKED;
  const examination = new Examination(
    {
      formula,
      expected: { count: head.size, head: head.hash },
      ...(before !== undefined && !whole && { from: { count: before.seq + 1, head: before.hash } }),
    },
    columns,
  );
  for (const record of whole ? records : records.slice(1)) if (!examination.push(record)) break;
  assertSound(chain, examination.finish());
  return whole;
}
