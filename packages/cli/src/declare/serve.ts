import { type Command, Option } from 'commander';
import type { Host } from '../program.js';
import { duration, port } from './options.js';

/** Declared here, too, so that `--help` needs no server; their type is compared with the server's. */
const PROFILES = [
  'standard',
  'paranoid',
  'yolo',
  'block-prompt-injection',
  'research-agent',
  'mcp-server',
  'demo',
  'none',
] as const;

/** What `serve` was told. */
export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly store?: string;
  readonly policies?: string;
  readonly config?: string;
  readonly profile?: (typeof PROFILES)[number];
  readonly mode: 'enforce' | 'monitor' | 'disabled';
  readonly dev?: boolean;
  readonly allowPrivateTargets?: boolean;
  readonly metrics?: boolean;
  /** Milliseconds. */
  readonly approvalTimeout?: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Credentials:
  --dev prints ready-made ones for an agent, an approver and an admin, and works on loopback only.
  Otherwise the admin's is RAMPART_TOKEN, and 'sallyport tokens create' makes the others.

Examples:
  sallyport serve --dev
  sallyport serve --policies ./policies --store sqlite:/var/lib/sallyport/gateway.db
  sallyport serve --profile paranoid --policies ./policies
  sallyport serve --store postgres://localhost/sallyport --host 0.0.0.0 --metrics
  sallyport serve --dev --json --port 0 --store memory     for scripts: the first line of output is JSON`;

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
    .option('--dev', 'ready-made credentials and the test endpoints; loopback only')
    .option('--allow-private-targets', 'let policy webhooks call loopback and private addresses')
    .option('--metrics', "serve Prometheus metrics under Rampart's /metrics too")
    .option('--approval-timeout <duration>', 'how long a human has to answer, such as 2m', duration)
    .option('--json', 'print one line of JSON, with URL and credentials, once it accepts connections')
    .addHelpText('after', EXAMPLES)
    .action((options: ServeOptions) => act(async () => (await import('../commands/serve.js')).serve(options, io)));
}
