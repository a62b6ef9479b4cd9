import { type ChainReport, verifyChain } from '@sallyport/verify';
import { EXIT, Failure } from '../../exit.js';
import { DEFAULT_DIALECT } from '../../gateway/dialects.js';
import type { Io } from '../../terminal/io.js';
import { LogFiles } from './files.js';
import { formulaOf } from './formulas.js';
import { rememberedCheckpoint } from './memory.js';
import type { VerifyOptions } from './options.js';
import type { LogReport } from './report.js';

/** Checks files that are the parts of one log, or standard input for `-`, without a network. */
export async function verifyLocal(names: readonly string[], options: VerifyOptions, io: Io): Promise<LogReport> {
  const { range, remember, key, dialect = DEFAULT_DIALECT } = options;
  if (key !== undefined && remember === undefined) {
    throw new Failure(
      '--key is the key of what a gateway signed, and a file holds nothing that is signed.',
      EXIT.usage,
      'Give --remember with what was signed before, or verify the URL of the gateway.',
    );
  }
  if (names.filter((name) => name === '-').length > 1) throw new Failure('There is one standard input.', EXIT.usage);
  const files = new LogFiles(names, io.cwd);
  const report = await verifyChain(files.read(), {
    formula: formulaOf(dialect),
    unanchored: range === true ? 'accept' : 'refuse',
    ...(remember !== undefined && { checkpoint: rememberedCheckpoint(remember, key, io) }),
  });
  // Nothing is wrong with nothing, and that is what somebody hopes for who has emptied a file.
  if (report.ok) files.refuseEmpty(report.count);
  return { ...placed(report, files), ...(names.length > 1 && { files: names.length }) };
}

/** Lines are counted through all files: this says which file, and which line of it. */
function placed({ firstBad, ...report }: ChainReport, files: LogFiles): LogReport {
  return firstBad === undefined ? report : { ...report, firstBad: { ...firstBad, ...files.place(firstBad.line) } };
}
