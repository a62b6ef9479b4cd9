import { type Command, InvalidArgumentError, Option } from 'commander';
import { DIALECT_NAMES } from '../gateway/dialects.js';
import { parseDuration } from '../terminal/duration.js';

/** Adds what every command needs that asks a gateway. */
export function remote(command: Command): Command {
  return dialect(command)
    .option('--url <url>', "the gateway (default: the protocol's variable, else http://localhost:9090)")
    .option('--token <token>', "the credential (default: the protocol's variable)")
    .option('--json', 'print JSON for scripts');
}

/** Adds the choice of a protocol. */
export function dialect(command: Command): Command {
  const says = 'the protocol that is meant (default: the one whose credential is set, else rampart)';
  return command.addOption(new Option('--dialect <name>', says).choices(DIALECT_NAMES));
}

/** Reads `90s`, `30m`, `12h`, `7d` as milliseconds. A bare number is refused: five what? */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) {
    throw new InvalidArgumentError('Give a number with its unit, such as 90s, 30m, 12h or 7d.');
  }
  return ms;
}

/** Reads the name of an agent or a person. */
export function subject(text: string): string {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(text)) throw new InvalidArgumentError('Give 1 to 64 letters, digits, _ or -.');
  return text;
}

/** Reads a TCP port; 0 lets the system choose. */
export function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return value;
}
