import { EXIT, type ExitCode, Failure } from '../exit.js';
import type { Io } from '../terminal/io.js';
import { held } from './verify/held.js';
import { checkKey } from './verify/key.js';
import { verifyLocal } from './verify/local.js';
import type { VerifyOptions } from './verify/options.js';
import { describe, type LogReport } from './verify/report.js';

const isUrl = (target: string): boolean => /^https?:\/\//.test(target);

/** Re-computes every hash of a log, and says where it stops being what it claims. */
export async function verify(targets: readonly string[], options: VerifyOptions, io: Io): Promise<ExitCode> {
  if (options.key !== undefined) checkKey(options.key);
  const report = await check(targets, options, io);
  if (options.json === true) io.print(JSON.stringify(report));
  else describe(report, io);
  return report.ok ? EXIT.ok : EXIT.no;
}

async function check(targets: readonly string[], options: VerifyOptions, io: Io): Promise<LogReport> {
  const [url, ...others] = targets.filter(isUrl);
  if (url === undefined) return held(() => verifyLocal(targets, options, io));
  if (others.length > 0 || targets.length > 1) throw new Failure('A URL is verified alone.', EXIT.usage);
  // A file is checked without as much as loading what could reach a network.
  return (await import('./verify/remote.js')).verifyRemote(url, options, io);
}
