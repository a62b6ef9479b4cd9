import type { Command } from 'commander';
import type { Host } from '../program.js';
import { type RemoteOptions, remote } from './options.js';

/** What `explain` was told besides the call. */
export interface ExplainOptions extends RemoteOptions {
  readonly agent?: string;
  readonly session?: string;
  readonly params?: string;
  readonly dialect: string;
}

const EXAMPLES = `
The input is what the tool works on: a command for exec, a path for read, write and edit, a URL for fetch.
Nothing is recorded, counted or asked of a human.

Examples:
  sallyport explain exec 'npm publish'
  sallyport explain read ~/.ssh/id_ed25519 --agent builder
  sallyport explain mcp --params '{"input":{"name":"x"}}' --json`;

/** `sallyport explain` */
export function declareExplain(program: Command, { io, act }: Host): void {
  remote(
    program
      .command('explain')
      .description('show how a gateway would decide a call, and what would allow it')
      .argument('<tool>', 'exec, read, write, edit, fetch, …')
      .argument('[input]', 'the command, path or URL')
      .option('--agent <name>', 'ask as this agent')
      .option('--session <name>', 'ask as this session')
      .option('--params <json>', 'the whole of the parameters, instead of an input')
      .option('--dialect <name>', 'whose policies to ask', 'rampart'),
  )
    .addHelpText('after', EXAMPLES)
    .action((tool: string, input: string | undefined, options: ExplainOptions) =>
      act(async () => (await import('../commands/explain.js')).explain(tool, input, options, io)),
    );
}
