import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fromSource } from './from-source.js';
import { SHARED_KEY } from './shared-key.js';

/** A gateway in a process of its own, so that blocked callers and killed servers can be tested as well. */
export interface TestGateway {
  readonly url: string;
  readonly token: string;
  readonly approverToken: string;
  readonly adminToken: string;
  /** The credentials of every dialect, by dialect and name; those above are Rampart's. */
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly process: ChildProcess;
  /** Ends it as an operator would, and waits until it is gone. */
  close(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

const textField = (from: unknown, name: string): string => {
  const value: unknown = typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined;
  if (typeof value !== 'string') throw new Error(`The gateway did not announce '${name}'.`);
  return value;
};

const objectField = (from: unknown, name: string): unknown =>
  typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined;

function credentialsIn(announced: unknown): TestGateway['credentials'] {
  const entries = Object.entries(Object(objectField(announced, 'credentials')));
  const texts = (told: unknown) => Object.entries(Object(told)).map(([name, text]) => [name, String(text)] as const);
  return Object.fromEntries(entries.map(([dialect, told]) => [dialect, Object.fromEntries(texts(told))]));
}

function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

async function firstLine(child: ChildProcess, errors: () => string): Promise<string> {
  const { stdout } = child;
  if (!stdout) throw new Error('The gateway has no standard output.');
  const lines = createInterface({ input: stdout });
  return new Promise((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`The gateway ended with ${code} before it was ready:\n${errors()}`)));
  });
}

/** Starts `sallyport serve` from source on a free port, with development credentials. */
export async function startGateway(store = 'memory'): Promise<TestGateway> {
  const serve = ['serve', '--dev', '--json', '--port', '0', '--store', store];
  const child = spawn(process.execPath, fromSource('../../../../cli/src/bin.ts', serve), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(store.startsWith('postgres') && { SALLYPORT_MASTER_KEY: SHARED_KEY }) },
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-4000);
  });
  const announced: unknown = JSON.parse(await firstLine(child, () => errors));
  const rampart = objectField(objectField(announced, 'credentials'), 'rampart');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited(child);
  };
  return {
    url: textField(announced, 'url'),
    token: textField(rampart, 'token'),
    approverToken: textField(rampart, 'approverToken'),
    adminToken: textField(rampart, 'adminToken'),
    credentials: credentialsIn(announced),
    process: child,
    close: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
