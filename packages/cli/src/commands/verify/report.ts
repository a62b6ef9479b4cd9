import type { ChainReport } from '@sallyport/verify';
import type { Io } from '../../terminal/io.js';
import { style } from '../../terminal/style.js';
import { plain } from '../../terminal/table.js';

/** Tells a person what a verification found. */
export function describe(report: ChainReport, { print, colour }: Io): void {
  const { green, red, dim, bold } = style(colour);
  const records = `${report.count.toLocaleString('en')} ${report.count === 1 ? 'record' : 'records'}`;
  if (report.firstBad === undefined) {
    print(`${green('✓')} ${bold(records)} verified${report.anchored ? '' : ', the beginning taken on trust'}`);
    if (report.count > 0) print(dim(`  head ${report.head}`));
    return;
  }
  const { line, id, code, message } = report.firstBad;
  const name = id === undefined ? `line ${line}` : `record ${plain(id)}, line ${line}`;
  print(`${red('✗')} ${bold(name)}: ${message} ${dim(`[${code}]`)}`);
  if (report.count > 0) print(dim(`  the ${records} before it verified`));
  if (code === 'unanchored_range') {
    print(dim('  Verify the whole log, or give --range to take the beginning of this part of it on trust.'));
  }
}
