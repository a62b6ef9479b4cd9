import type { BadRecord, ChainReport } from '@sallyport/verify';
import type { Io } from '../../terminal/io.js';
import { style } from '../../terminal/style.js';
import { plain } from '../../terminal/table.js';

/** What a verification found, and in which file where there are several. */
export interface LogReport extends Omit<ChainReport, 'firstBad'> {
  readonly firstBad?: BadRecord & { readonly file?: string };
  /** How many files the log was given in, when there were several. */
  readonly files?: number;
}

/** What helps with what is wrong. */
const HINTS: Readonly<Record<string, string>> = {
  malformed_record: 'A log of another protocol is read with --dialect.',
  unanchored_range: 'Verify the whole log, or give --range to take the beginning of this part of it on trust.',
};
const ORDER_HINT = 'Give all files of the log, oldest first: each has to go on where the one before it ends.';

/** Tells a person what a verification found. */
export function describe(report: LogReport, { print, colour }: Io): void {
  const { green, red, dim, bold } = style(colour);
  const records = `${report.count.toLocaleString('en')} ${report.count === 1 ? 'record' : 'records'}`;
  if (report.firstBad === undefined) {
    const where = report.files === undefined ? '' : ` in ${report.files} files`;
    print(`${green('✓')} ${bold(records)}${where} verified${report.anchored ? '' : ', the beginning taken on trust'}`);
    if (report.count > 0) print(dim(`  head ${report.head}`));
    return;
  }
  const { line, file, id, code, message } = report.firstBad;
  const place = file === undefined ? `line ${line}` : `${plain(file)}:${line}`;
  const name = id === undefined ? place : `record ${plain(id)}, ${place}`;
  print(`${red('✗')} ${bold(name)}: ${message} ${dim(`[${code}]`)}`);
  if (report.count > 0) print(dim(`  the ${records} before it verified`));
  const hint = file !== undefined && code === 'broken_link' ? ORDER_HINT : HINTS[code];
  if (hint !== undefined) print(dim(`  ${hint}`));
}
