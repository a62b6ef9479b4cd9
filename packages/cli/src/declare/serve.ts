import { type Command, InvalidArgumentError, Option } from 'commander';
import { PROFILES, type ServeOptions } from '../commands/serve/options.js';
import { DIALECT_NAMES, DIALECTS, type DialectName } from '../gateway/dialects.js';
import type { Host } from '../host.js';
import { duration, port } from './options.js';

const EXAMPLES = `
Credentials:
  --dev prints ready-made ones for an agent, an approver and an admin, and works on loopback only.
  Otherwise the admin's is ${DIALECTS.rampart.tokenVariable}, and 'sallyport tokens create' makes the others.

Examples:
  sallyport serve --dev
  sallyport serve --policies ./policies --store sqlite:/var/lib/sallyport/gateway.db
  sallyport serve --profile paranoid --policies ./policies
  sallyport serve --config release.yaml --mode monitor --metrics
  sallyport serve --dev --json --port 0 --store memory

With --json the first line of output is {"url":…,"credentials":{"rampart":{…}}}, once it accepts connections, and what
is logged is JSON.`;

/** Reads `a,b`: names of protocols that are switched off. */
function without(text: string): readonly DialectName[] {
  const names = text.split(',').map((name) => name.trim());
  const known = DIALECT_NAMES.filter((name) => names.includes(name));
  if (!names.every((name) => known.some((one) => one === name))) {
    throw new InvalidArgumentError(`Give some of ${DIALECT_NAMES.join(', ')}, with commas.`);
  }
  if (known.length === DIALECT_NAMES.length) throw new InvalidArgumentError('Nothing would be served.');
  return known;
}

/** `sallyport serve` */
export function declareServe(program: Command, { io, act }: Host): void {
  program
    .command('serve')
    .description('run the gateway')
    .option('--port <port>', 'port to listen on; 0 for any that is free', port, 9090)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--store <store>', 'sqlite:PATH, memory, or postgres://… (default: a file in the data folder)')
    .option('--policies <folder>', 'folder of policy files, loaded again when they change')
    .option('--config <file>', 'the primary policy file')
    .addOption(
      new Option(
        '--profile <name>',
        'the built-in policies, below the files (default: standard, without --config)',
      ).choices(PROFILES),
    )
    .addOption(
      new Option('--mode <mode>', 'what a policy decision does')
        .choices(['enforce', 'monitor', 'disabled'])
        .default('enforce'),
    )
    .option('--without <names>', `protocols that are not served, with commas: ${DIALECT_NAMES.join(', ')}`, without)
    .option('--dev', 'ready-made credentials and the test endpoints; loopback only')
    .option('--allow-private-targets', 'let policy webhooks call loopback and private addresses')
    .option('--metrics', "serve Prometheus metrics under Rampart's /metrics too")
    .option('--approval-timeout <duration>', 'how long a human has to answer: 90s, 2m, 1h', duration)
    .option('--json', 'print one line of JSON, with URL and credentials, once it accepts connections')
    .addHelpText('after', EXAMPLES)
    .action((options: ServeOptions) => act(async () => (await import('../commands/serve.js')).serve(options, io)));
}
