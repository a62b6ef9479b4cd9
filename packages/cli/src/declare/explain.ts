import { type Command, Option } from 'commander';
import type { ExplainOptions } from '../commands/explain.js';
import type { Host } from '../host.js';
import { remote } from './options.js';

const EXAMPLES = `
The input is what the tool works on: a command for exec, a path for read, write and edit, a URL for fetch.
Nothing is recorded, counted or asked of a human. It needs an admin's credential.
An agent that a token names is held to that token: to its policy file, and to a no where nothing matches.

Examples:
  sallyport explain exec 'npm publish'
  sallyport explain read ~/.ssh/id_ed25519 --agent builder
  sallyport explain mcp --params '{"input":{"name":"x"}}' --json
  sallyport explain --call '{"tool":"exec","params":{"command":"ls"}}'`;

/** `sallyport explain` */
export function declareExplain(program: Command, { io, act }: Host): void {
  remote(
    program
      .command('explain')
      .description('show how a gateway would decide a call, and what would allow it')
      .argument('[tool]', 'exec, read, write, edit, fetch, …')
      .argument('[input]', 'the command, path or URL')
      .option('--agent <name>', 'ask as this agent, with the token that names it if there is one')
      .option('--session <name>', 'ask as this session')
      .option('--params <json>', 'the whole of the parameters, instead of an input')
      .addOption(
        new Option('--call <json>', "the whole call in its protocol's own words, instead of all that").conflicts([
          'agent',
          'session',
          'params',
        ]),
      ),
  )
    .addHelpText('after', EXAMPLES)
    .action((tool: string | undefined, input: string | undefined, options: ExplainOptions) =>
      act(async () => (await import('../commands/explain.js')).explain(tool, input, options, io)),
    );
}
