import { type Command, InvalidArgumentError, Option } from 'commander';
import { ADMIN_VARIABLES, PROFILES, SERVED, type ServedDialect, type ServeOptions } from '../commands/serve/options.js';
import type { Host } from '../host.js';
import { duration, port } from './options.js';

const EXAMPLES = `
Credentials:
  --dev prints ready-made ones for an agent, an approver and an admin, and works on loopback only.
  Otherwise the admin's are read from ${Object.values(ADMIN_VARIABLES).join(', ')}, or made at the
  first start and shown once; 'sallyport tokens create' makes the others.
  MESHGUARD_JWT_SECRET signs MeshGuard's agent tokens; without it, a secret that the store keeps does.
  MESHGUARD_WEBHOOK_SECRET signs its alerts.

Examples:
  sallyport serve --dev
  sallyport serve --policies ./policies --store sqlite:/var/lib/sallyport/gateway.db
  sallyport serve --profile paranoid --policies ./policies
  sallyport serve --config release.yaml --mode monitor --metrics
  sallyport serve --without rampart,aegis --meshguard-policies ./policies --proxy-target https://api.example.com
  sallyport serve --dev --json --port 0 --store memory

With --json the first line of output is {"url":…,"credentials":{"rampart":{…}}}, once it accepts connections, and what
is logged is JSON.`;

/** Reads `a,b`: names of protocols that are switched off, beside those of the same switch before. */
function without(text: string, before: readonly ServedDialect[] = []): readonly ServedDialect[] {
  const names = [...before, ...text.split(',').map((name) => name.trim())];
  const known = SERVED.filter((name) => names.includes(name));
  if (!names.every((name) => known.some((one) => one === name))) {
    throw new InvalidArgumentError(`Give some of ${SERVED.join(', ')}, with commas.`);
  }
  if (known.length === SERVED.length) throw new InvalidArgumentError('Nothing would be served.');
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
    .option('--without <names>', `protocols that are not served, with commas: ${SERVED.join(', ')}`, without)
    .option('--dev', 'ready-made credentials and the test endpoints; loopback only')
    .option('--allow-private-targets', 'let webhooks and the proxy reach loopback and private addresses')
    .option('--metrics', "serve Prometheus metrics under Rampart's and MeshGuard's /metrics too")
    .option('--approval-timeout <duration>', 'how long a human has to answer: 90s, 2m, 1h', duration)
    .option('--json', 'print one line of JSON, with URL and credentials, once it accepts connections')
    .optionsGroup('Rampart:')
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
    .optionsGroup('MeshGuard:')
    .option('--meshguard-policies <folder>', 'folder of policy files')
    .addOption(
      new Option('--meshguard-mode <mode>', 'what a policy decision does (default: enforce)').choices([
        'enforce',
        'audit',
        'bypass',
      ]),
    )
    .option('--proxy-target <url>', 'the service behind /proxy (default: none; with --dev a small one on loopback)')
    .option('--meshguard-alerts <url>', 'webhook that hears of denials and errors')
    .optionsGroup('AEGIS:')
    .addOption(
      new Option('--aegis-precedence <which>', 'which of several matching rules wins (default: strictest)').choices([
        'strictest',
        'priority',
      ]),
    )
    .option('--aegis-flat-body', 'take the older flat body { agent_id, action, target }, too')
    .addHelpText('after', EXAMPLES)
    .action((options: ServeOptions) => act(async () => (await import('../commands/serve.js')).serve(options, io)));
}
