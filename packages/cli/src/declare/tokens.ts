import { type Command, Option } from 'commander';
import type { CreateTokenOptions } from '../commands/tokens.js';
import type { RemoteOptions } from '../gateway/session.js';
import type { Host } from '../host.js';
import { duration, remote, subject } from './options.js';

const EXAMPLES = `
These need an admin's credential. A token is shown once, when it is made, and kept only as a hash.

Examples:
  sallyport tokens create --role agent --name builder --expires 30d
  sallyport tokens create --role approver --name alice
  sallyport tokens list
  sallyport tokens revoke credential-1a2b3c4d5e6f`;

const CREATE = `
The token is all that goes to standard output. What nothing matches is denied to an agent whose token names it.

Examples:
  sallyport tokens create --role agent --name builder --expires 30d
  sallyport tokens create --role agent --name ci-1 --policy release --note 'the release job'
  sallyport tokens create --role approver --name alice --expires 12h
  sallyport tokens create --role admin --name ops --json`;

const LIST = `
Examples:
  sallyport tokens list
  sallyport tokens list --json | jq -r '.[] | select(.revokedAt == null).id'`;

const REVOKE = `
Examples:
  sallyport tokens revoke credential-1a2b3c4d5e6f`;

/** `sallyport tokens …` */
export function declareTokens(program: Command, { io, act }: Host): void {
  const tokens = program
    .command('tokens')
    .description('make, list and revoke credentials')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);

  remote(
    tokens
      .command('create')
      .description('make a credential and print its token, once')
      .addOption(new Option('--role <role>', 'what it may do').choices(['agent', 'approver', 'admin']).default('agent'))
      .option('--name <name>', 'the agent or person that it stands for: letters, digits, _ and -', subject)
      .option('--policy <file>', "hold an agent to one policy file, by the file's base name")
      .option('--expires <duration>', 'when it ends: 30m, 12h, 7d (default: never)', duration)
      .option('--note <text>', 'what it is for'),
  )
    .addHelpText('after', CREATE)
    .action((options: CreateTokenOptions) =>
      act(async () => (await import('../commands/tokens.js')).create(options, io)),
    );
  remote(tokens.command('list').description('every credential, without its secret'))
    .addHelpText('after', LIST)
    .action((options: RemoteOptions) => act(async () => (await import('../commands/tokens.js')).list(options, io)));
  remote(
    tokens.command('revoke').description('end a credential, at once').argument('<id>', 'its id, as list prints it'),
  )
    .addHelpText('after', REVOKE)
    .action((id: string, options: RemoteOptions) =>
      act(async () => (await import('../commands/tokens.js')).revoke(id, options, io)),
    );
}
