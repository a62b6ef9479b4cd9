import type { SealedRecord } from '../../engine/unit.js';
import type { Ledger, RecordFilter } from '../../ledger/ledger.js';
import { type Fields, isFields } from './evaluation/proposal.js';
import { wrong } from './paging.js';

/** One page of the log, newest first. */
export interface LogPage {
  readonly records: readonly SealedRecord[];
  /** How many there are in all. */
  readonly total: number;
  /** What the next page comes after; undefined behind the last. */
  readonly next?: string;
}

/** The ledger filters by one verdict; of several, each is read for itself. @param verdicts - undefined for any */
export async function readLog(
  ledger: Ledger,
  filter: RecordFilter,
  verdicts: readonly string[] | undefined,
  { limit, after }: { readonly limit: number; readonly after: string },
): Promise<LogPage> {
  const before = readPosition(after);
  await ledger.assertSound(filter.chain);
  const filters: readonly RecordFilter[] = verdicts?.map((verdict) => ({ ...filter, verdict })) ?? [filter];
  const [pages, counts] = await Promise.all([
    Promise.all(
      filters.map((one) =>
        ledger.page({ ...one, ...(before !== undefined && { toSeq: before }) }, { order: 'newest', limit: limit + 1 }),
      ),
    ),
    Promise.all(filters.map((one) => ledger.count(one))),
  ]);
  const found = pages.flat().sort((a, b) => b.seq - a.seq);
  const records = found.slice(0, limit);
  const last = records.at(-1);
  return {
    records,
    total: counts.reduce((sum, count) => sum + count, 0),
    ...(found.length > limit && last !== undefined && { next: String(last.seq) }),
  };
}

/** @throws AegisFailure AEGIS-REQ-002 */
function readPosition(after: string): number | undefined {
  if (after === '') return undefined;
  if (!/^\d{1,15}$/.test(after)) throw wrong('cursor', 'cursor must be one that a page before has given');
  return Number(after);
}

/** An entry as it was sealed. */
export function entryIn({ text }: Pick<SealedRecord, 'text'>): Fields {
  const value: unknown = JSON.parse(text);
  return isFields(value) ? value : {};
}
