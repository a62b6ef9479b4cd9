import type { Command } from 'commander';
import type { ResolveOptions } from '../commands/approvals.js';
import type { RemoteOptions } from '../gateway/session.js';
import type { Host } from '../host.js';
import { remote } from './options.js';

const EXAMPLES = `
These need the credential of an approver or an admin; an agent's can never approve. With credentials of several
protocols set, they speak of all of them.

Examples:
  sallyport approvals list
  sallyport approvals approve 01J9Z… --by alice --note 'release 2.1'
  sallyport approvals deny 01J9Z… --note 'not on a Friday'
  sallyport approvals watch`;

const LIST = `
Examples:
  sallyport approvals list
  sallyport approvals list --dialect rampart
  sallyport approvals list --json | jq -r '.[].id'`;

const WATCH = `
Examples:
  sallyport approvals watch
  sallyport approvals watch --json | jq -r 'select(.status == "pending").id'`;

const ANSWERS = [
  {
    name: 'approve',
    verdict: 'approved',
    examples: `
An approval is good for this very call, once, and for a minute.

Examples:
  sallyport approvals approve 01J9Z…
  sallyport approvals approve 01J9Z… --by alice --note 'release 2.1'`,
  },
  {
    name: 'deny',
    verdict: 'rejected',
    examples: `
Examples:
  sallyport approvals deny 01J9Z…
  sallyport approvals deny 01J9Z… --by alice --note 'not on a Friday'`,
  },
] as const;

/** `sallyport approvals …` */
export function declareApprovals(program: Command, { io, act }: Host): void {
  const approvals = program
    .command('approvals')
    .description('see and answer what agents are waiting for')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);

  remote(approvals.command('list').description('what is waiting, oldest first'))
    .addHelpText('after', LIST)
    .action((options: RemoteOptions) => act(async () => (await import('../commands/approvals.js')).list(options, io)));
  for (const { name, verdict, examples } of ANSWERS) {
    remote(
      approvals
        .command(name)
        .description(`${name} a waiting call; once, and for this very call`)
        .argument('<id>', 'its id, as list prints it')
        .option('--by <name>', 'who answers (default: your user name)')
        .option('--note <text>', 'why; kept in the audit log'),
    )
      .addHelpText('after', examples)
      .action((id: string, options: ResolveOptions) =>
        act(async () => (await import('../commands/approvals.js')).resolve(id, verdict, options, io)),
      );
  }
  remote(approvals.command('watch').description('show each as it comes and as it is answered, until Ctrl-C'))
    .addHelpText('after', WATCH)
    .action((options: RemoteOptions) => act(async () => (await import('../commands/watch.js')).watch(options, io)));
}
