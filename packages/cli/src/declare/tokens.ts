import { type Command, Option } from 'commander';
import type { Host } from '../program.js';
import { duration, type RemoteOptions, remote } from './options.js';

/** What `tokens create` was told. */
export interface CreateTokenOptions extends RemoteOptions {
  readonly role: 'agent' | 'approver' | 'admin';
  readonly name?: string;
  readonly policy?: string;
  /** Milliseconds. */
  readonly expires?: number;
  readonly note?: string;
  readonly dialect: string;
}

const EXAMPLES = `
These need an admin's credential. A token is shown once, when it is made, and kept only as a hash.

Examples:
  sallyport tokens create --role agent --name builder --expires 30d
  sallyport tokens create --role approver --name alice
  sallyport tokens list
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
      .option('--name <name>', 'the agent or person that it stands for')
      .option('--policy <file>', "hold an agent to one policy file, by the file's base name")
      .option('--expires <duration>', 'when it ends, such as 30d (default: never)', duration)
      .option('--note <text>', 'what it is for')
      .option('--dialect <name>', 'the gateway protocol that it is good for', 'rampart'),
  ).action((options: CreateTokenOptions) =>
    act(async () => (await import('../commands/tokens.js')).create(options, io)),
  );
  remote(tokens.command('list').description('every credential, without its secret')).action((options: RemoteOptions) =>
    act(async () => (await import('../commands/tokens.js')).list(options, io)),
  );
  remote(
    tokens.command('revoke').description('end a credential, at once').argument('<id>', 'its id, as list prints it'),
  ).action((id: string, options: RemoteOptions) =>
    act(async () => (await import('../commands/tokens.js')).revoke(id, options, io)),
  );
}
