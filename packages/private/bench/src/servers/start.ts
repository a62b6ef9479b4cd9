import { fileURLToPath } from 'node:url';
import { type ChildServer, startChild } from './child.js';

const BARE = fileURLToPath(new URL('bare.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../../../cli/dist/bin.js', import.meta.url));

/** The bare server, with its address. */
export async function startBare(): Promise<ChildServer & { readonly url: string }> {
  const child = await startChild(['--import', 'tsx', BARE]);
  return { ...child, url: child.greeting };
}

/** A gateway for development, with its credentials. */
export interface GatewayServer extends ChildServer {
  readonly url: string;
  readonly token: string;
  readonly adminToken: string;
}

/** The gateway as users start it. */
export async function startGateway(store: string): Promise<GatewayServer> {
  const child = await startChild([CLI, 'serve', '--dev', '--json', '--port', '0', '--store', store]);
  const greeting: { url: string; credentials: { rampart: { token: string; adminToken: string } } } = JSON.parse(
    child.greeting,
  );
  return { ...child, url: greeting.url, ...greeting.credentials.rampart };
}
