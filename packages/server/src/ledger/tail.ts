import { SallyportError } from '@sallyport/core';
import { branded } from '@sallyport/core/internal';
import { type ChainFormula, ChainVerifier } from '@sallyport/verify';
import type { Store } from '../store/store.js';
import { pageQuery } from './filter.js';
import type { ChainHead } from './ledger.js';
import { recordOf } from './records.js';

/** The audit log on disk is not what was written: nothing may be appended to it. */
class LedgerDamagedError extends SallyportError {
  static override readonly code: string = 'ledger_damaged';

  static {
    branded(LedgerDamagedError, 'server', 'LedgerDamagedError');
  }
}

/** Records that are checked at start-up; the whole chain is for `verify`. */
const CHECKED = 256;

/**
 * Checks that the last records of a chain hash and link up to its head.
 *
 * @throws LedgerDamagedError with the `VerificationError`'s code in its message.
 */
export async function checkTail(store: Store, chain: string, formula: ChainFormula, head: ChainHead): Promise<void> {
  const rows = await store.all(pageQuery({ chain, toSeq: head.size }, { order: 'newest', limit: CHECKED + 1 }));
  const records = rows.map(recordOf).reverse();
  const [before] = records;
  const whole = records.length <= CHECKED;
  const verifier = new ChainVerifier({
    formula,
    expected: { count: head.size, head: head.hash },
    ...(before !== undefined && !whole && { from: { count: before.seq + 1, head: before.hash } }),
  });
  for (const { text } of whole ? records : records.slice(1)) if (!verifier.push(text)) break;
  const { ok, firstBad } = verifier.finish();
  if (ok) return;
  const at = firstBad?.id ?? `line ${firstBad?.line} of the last ${records.length}`;
  throw new LedgerDamagedError(
    `Chain "${chain}" does not verify at ${at} (${firstBad?.code}: ${firstBad?.message}). Restore the database, or start on a new one and keep this one as evidence.`,
  );
}
