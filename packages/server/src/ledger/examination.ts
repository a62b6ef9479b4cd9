import { type ChainOptions, type ChainReport, ChainVerifier } from '@sallyport/verify';
import type { SealedRecord } from '../engine/unit.js';
import { damaged, type LedgerDamagedError } from './errors.js';

/** What a record's own text says of its columns; those that no text speaks of are left out. */
export type ReadColumns = (
  text: string,
) => Readonly<Partial<Record<Exclude<keyof SealedRecord, 'chain' | 'text'>, unknown>>>;

/** What was found in a log. */
export type LogReport = Omit<ChainReport, 'firstBad'> & {
  readonly firstBad?: {
    /** From 1, in the records that were looked at. */
    readonly line: number;
    readonly id?: string;
    /** The `VerificationError`'s, or `changed_column`. */
    readonly code: string;
    readonly message: string;
  };
};

/** Looks through records, oldest first: they hash, link up, and say in their columns what their texts say. */
export class Examination {
  readonly #verifier: ChainVerifier;
  readonly #columns: ReadColumns | undefined;
  #seq: number;
  #line = 0;
  #changed: LogReport['firstBad'];

  constructor(options: ChainOptions, columns?: ReadColumns) {
    this.#verifier = new ChainVerifier(options);
    this.#columns = columns;
    this.#seq = options.from?.count ?? 0;
  }

  /** Takes the next record. False once one is bad. */
  push(record: SealedRecord): boolean {
    if (this.#changed !== undefined || !this.#verifier.push(record.text)) return false;
    this.#line += 1;
    const column = record.seq === this.#seq ? this.#changedColumn(record) : 'seq';
    this.#seq += 1;
    if (column === undefined) return true;
    const message = `the column "${column}" is not what the record itself says: it was changed after sealing`;
    this.#changed = { line: this.#line, id: record.id, code: 'changed_column', message };
    return false;
  }

  finish(): LogReport {
    const report = this.#verifier.finish();
    return this.#changed === undefined ? report : { ...report, ok: false, firstBad: this.#changed };
  }

  #changedColumn(record: SealedRecord): string | undefined {
    const said = Object.entries(this.#columns?.(record.text) ?? {});
    return said.find(([name, value]) => Reflect.get(record, name) !== value)?.[0];
  }
}

/** @throws LedgerDamagedError when the report says that something is wrong. */
export function assertSound(chain: string, report: LogReport): void {
  const damage = damageIn(chain, report);
  if (damage !== undefined) throw damage;
}

/** What a report says is wrong. */
export function damageIn(chain: string, { ok, firstBad }: LogReport): LedgerDamagedError | undefined {
  if (ok) return undefined;
  const at = firstBad?.id ?? `line ${firstBad?.line}`;
  return damaged(`Chain "${chain}" does not verify at ${at} (${firstBad?.code}: ${firstBad?.message}).`);
}
