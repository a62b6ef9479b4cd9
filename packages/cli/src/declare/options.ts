import { type Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../terminal/duration.js';

/** How to reach a gateway. */
export interface RemoteOptions {
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** Adds what every command needs that asks a gateway. */
export function remote(command: Command): Command {
  return command
    .option('--url <url>', 'the gateway (default: $RAMPART_URL, else http://localhost:9090)')
    .option('--token <token>', 'the credential (default: $RAMPART_TOKEN)')
    .option('--json', 'print JSON for scripts');
}

/** Reads `2m`, `90s`, `1h`, `30d` as milliseconds. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('Give a duration such as 90s, 2m, 1h or 30d.');
  return ms;
}

/** Reads a TCP port; 0 lets the system choose. */
export function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return value;
}
