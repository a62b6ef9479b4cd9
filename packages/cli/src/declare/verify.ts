import type { Command } from 'commander';
import type { Host } from '../program.js';

/** What `verify` was told besides the target. */
export interface VerifyOptions {
  readonly token?: string;
  readonly remember?: string;
  readonly key?: string;
  readonly range?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
A file is checked offline. A URL is a gateway, whose log is fetched and checked here: nothing is believed.
A chain alone cannot show that its end was cut, or that all of it was written anew. Somebody who remembers what
the gateway signed about it earlier can: give the same --remember each time, on a machine that is not the gateway's.

Examples:
  sallyport verify rampart-audit-2026-04-11.jsonl
  sallyport verify http://localhost:9090 --remember gateway.json
  sallyport verify backup.jsonl --remember gateway.json`;

/** `sallyport verify` */
export function declareVerify(program: Command, { io, act }: Host): void {
  program
    .command('verify')
    .description('re-check an audit log, and name the first bad record')
    .argument('<target>', 'an exported file, - for standard input, or the URL of a gateway')
    .option('--remember <file>', 'hold the log to what it was signed to be before; for a URL, keep what it is now')
    .option('--key <key>', "the gateway's public key, name+id+base64 (default: the remembered, or first seen, one)")
    .option('--range', 'accept a file that begins in the middle of a chain')
    .option('--token <token>', "for a URL: an admin's credential (default: $RAMPART_TOKEN)")
    .option('--json', 'print JSON for scripts')
    .addHelpText('after', EXAMPLES)
    .action((target: string, options: VerifyOptions) =>
      act(async () => (await import('../commands/verify.js')).verify(target, options, io)),
    );
}
