import type { VerifyOptions } from '../declare/verify.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../terminal/io.js';
import { verifyLocal } from './verify/local.js';
import { describe } from './verify/report.js';

/** Re-computes every hash of a log, and says where it stops being what it claims. */
export async function verify(target: string, options: VerifyOptions, io: Io): Promise<ExitCode> {
  // A file is checked without as much as loading what could reach a network.
  const report = /^https?:\/\//.test(target)
    ? await (await import('./verify/remote.js')).verifyRemote(target, options, io)
    : await verifyLocal(target, options, io);
  if (options.json === true) io.print(JSON.stringify(report));
  else describe(report, io);
  return report.ok ? EXIT.ok : EXIT.no;
}
