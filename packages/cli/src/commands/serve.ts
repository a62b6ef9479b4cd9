import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Gateway } from '@sallyport/server';
import { EXIT, type ExitCode, Failure } from '../exit.js';
import { environmentFailure } from '../terminal/environment.js';
import type { Io } from '../terminal/io.js';
import { announce } from './serve/announce.js';
import { gatewayOptions } from './serve/gateway-options.js';
import type { ServeOptions } from './serve/options.js';
import { checkPortIsFree } from './serve/port.js';

/** A development gateway can be reset by any test: it never shares a file with a real log. */
function defaultStore(dev: boolean, { env }: Io): string {
  const { SALLYPORT_HOME: folder = join(homedir(), '.sallyport') } = env;
  return `sqlite:${join(folder, dev ? 'dev.db' : 'gateway.db')}`;
}

/** Paths are the caller's, wherever the program lies. */
function storeAt(store: string, cwd: string): string {
  const path = store.startsWith('sqlite:') ? store.slice('sqlite:'.length) : '';
  return path === '' ? store : `sqlite:${resolve(cwd, path)}`;
}

/** A folder that is not there has most likely a mistyped name; only our own is made. */
function checkFolder(store: string): void {
  if (!store.startsWith('sqlite:') || store === 'sqlite:') return;
  const folder = dirname(store.slice('sqlite:'.length));
  if (!existsSync(folder)) {
    throw new Failure(`--store: there is no folder ${folder}. Make it, or name another file.`, EXIT.usage);
  }
}

/** What the user set up wrongly is said without ado; the test is by code, so that nothing is loaded for it. */
function explain(error: unknown): unknown {
  const code: unknown = Reflect.get(Object(error), 'code');
  if (!(error instanceof Error)) return error;
  if (code === 'configuration' || code === 'policy_load') {
    return environmentFailure(error) ?? new Failure(error.message, EXIT.usage);
  }
  // The audit log is not what it was: as with verify, the answer is no.
  if (code === 'checkpoint_mismatch' || code === 'ledger_damaged') return new Failure(error.message, EXIT.no);
  return error;
}

async function start(options: ServeOptions, store: string, io: Io): Promise<{ gateway: Gateway; url: string }> {
  await checkPortIsFree(options.host, options.port);
  if (options.store !== undefined) checkFolder(store);
  const { createGateway } = await import('@sallyport/server');
  try {
    const gateway = await createGateway(gatewayOptions(options, store, io));
    try {
      return { gateway, url: await gateway.listen({ host: options.host, port: options.port }) };
    } catch (error) {
      await gateway.close();
      throw error;
    }
  } catch (error) {
    throw explain(error);
  }
}

/** Runs the gateway until it is told to stop; then finishes what is under way. */
export async function serve(options: ServeOptions, io: Io): Promise<ExitCode> {
  const store = storeAt(options.store ?? defaultStore(options.dev === true, io), io.cwd);
  const { gateway, url } = await start(options, store, io);
  const { credentials } = gateway;
  if (options.json === true) io.print(JSON.stringify({ url, credentials }));
  else announce({ url, store, credentials, options }, io);
  if (!io.signal.aborted) await once(io.signal, 'abort');
  if (options.json !== true) io.note('Stopping: finishing what is under way.');
  await gateway.close();
  return EXIT.ok;
}
