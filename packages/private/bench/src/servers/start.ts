import { fileURLToPath } from 'node:url';
import { type ChildServer, startChild } from './child.js';

const BARE = fileURLToPath(new URL('bare.ts', import.meta.url));
const UNLIMITED = fileURLToPath(new URL('gateway.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../../../cli/dist/bin.js', import.meta.url));

/** The bare server that answers every call like one gateway, with its address. */
export async function startBare(name: string): Promise<ChildServer & { readonly url: string }> {
  const child = await startChild(['--import', 'tsx', BARE, name]);
  return { ...child, url: child.greeting };
}

/** A gateway for development, with its credentials of one protocol. */
export interface GatewayServer extends ChildServer {
  readonly url: string;
  /** The agent's. */
  readonly token: string;
  readonly credentials: Readonly<Record<string, string>>;
}

interface Greeting {
  readonly url: string;
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

async function greeted(args: readonly string[], name: string, agentCredential: string): Promise<GatewayServer> {
  const child = await startChild(args);
  const { url, credentials: all }: Greeting = JSON.parse(child.greeting);
  const { [name]: credentials = {} } = all;
  return { ...child, url, credentials, token: credentials[agentCredential] ?? '' };
}

/** The gateway as users start it. */
export const startGateway = (store: string, name: string, agentCredential: string): Promise<GatewayServer> =>
  greeted([CLI, 'serve', '--dev', '--json', '--port', '0', '--store', store], name, agentCredential);

/** The gateway without its limits on how often may be asked. */
export const startUnlimited = (store: string, name: string, agentCredential: string): Promise<GatewayServer> =>
  greeted(['--import', 'tsx', UNLIMITED, store], name, agentCredential);
