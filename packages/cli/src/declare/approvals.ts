import type { Command } from 'commander';
import type { Host } from '../program.js';
import { type RemoteOptions, remote } from './options.js';

/** What the answering commands were told. */
export interface ResolveOptions extends RemoteOptions {
  readonly by?: string;
  readonly note?: string;
}

const EXAMPLES = `
These need the credential of an approver or an admin; an agent's can never approve.

Examples:
  sallyport approvals list
  sallyport approvals approve 01J9Z… --by alice --note 'release 2.1'
  sallyport approvals deny 01J9Z… --note 'not on a Friday'
  sallyport approvals watch --json | jq -r 'select(.status == "pending").id'`;

/** `sallyport approvals …` */
export function declareApprovals(program: Command, { io, act }: Host): void {
  const approvals = program
    .command('approvals')
    .description('see and answer what agents are waiting for')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);

  remote(approvals.command('list').description('what is waiting, oldest first')).action((options: RemoteOptions) =>
    act(async () => (await import('../commands/approvals.js')).list(options, io)),
  );
  for (const [name, verdict] of [
    ['approve', 'approved'],
    ['deny', 'rejected'],
  ] as const) {
    remote(
      approvals
        .command(name)
        .description(`${name} a waiting call; once, and for this very call`)
        .argument('<id>', 'its id, as list prints it')
        .option('--by <name>', 'who answers (default: your user name)')
        .option('--note <text>', 'why; kept in the audit log'),
    ).action((id: string, options: ResolveOptions) =>
      act(async () => (await import('../commands/approvals.js')).resolve(id, verdict, options, io)),
    );
  }
  remote(approvals.command('watch').description('show each as it comes and as it is answered, until Ctrl-C')).action(
    (options: RemoteOptions) => act(async () => (await import('../commands/watch.js')).watch(options, io)),
  );
}
