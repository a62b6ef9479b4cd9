import type { Command } from 'commander';
import type { VerifyOptions } from '../commands/verify/options.js';
import type { Host } from '../host.js';
import { dialect } from './options.js';

const EXAMPLES = `
Files are checked offline; several are the days of one log, in order, and each has to go on where the one before
it ends. A URL is a gateway, whose log is fetched and checked here: nothing is believed.
A chain alone cannot show that its end was cut, or that all of it was written anew. Somebody who remembers what
the gateway signed about it earlier can: give the same --remember each time, on a machine that is not the gateway's.
--key says whose signature counts. Without it, the key is the remembered one, or the first that the gateway names.

Exit codes:
  0  it holds
  1  it does not: the first bad record is named; or the gateway itself refuses its log
  2  the command line, or a file that cannot be read
  3  the gateway refused the token
  4  the gateway could not be reached, or failed

Examples:
  sallyport verify rampart-audit-2026-04-11.jsonl
  sallyport verify rampart-audit-2026-04-11.jsonl rampart-audit-2026-04-12.jsonl
  sallyport verify rampart-audit-2026-04-12.jsonl --range
  sallyport verify http://localhost:9090
  sallyport verify http://localhost:9090 --remember gateway.json
  sallyport verify backup.jsonl --remember gateway.json`;

/** `sallyport verify` */
export function declareVerify(program: Command, { io, act }: Host): void {
  dialect(
    program
      .command('verify')
      .description('re-check an audit log, and name the first bad record')
      .argument('<targets...>', 'exported files in order, - for standard input; or the URL of a gateway')
      .option('--remember <file>', 'hold the log to what it was signed to be before; for a URL, keep what it is now')
      .option('--key <key>', "the gateway's public key for checkpoints, name+id+base64")
      .option('--range', 'accept files that begin in the middle of a chain')
      .option('--token <token>', "for a URL: an admin's credential (default: the protocol's variable)")
      .option('--json', 'print JSON for scripts'),
  )
    .addHelpText('after', EXAMPLES)
    .action((targets: readonly string[], options: VerifyOptions) =>
      act(async () => (await import('../commands/verify.js')).verify(targets, options, io)),
    );
}
