import { AegisClient, type AegisClientOptions, type Proposal } from '@sallyport/aegis';
import { createGateway, type Gateway, type GatewayOptions } from '@sallyport/server';
import { type Answer, type Call, http } from './http.js';
import type { LogAccess } from './log.js';
import { quiet } from './rig.js';
import { SHARED_KEY } from './shared-key.js';

/** A gateway in this process that speaks AEGIS, listening on a socket, with a client for each kind of key. */
export interface AegisRig {
  readonly gateway: Gateway;
  readonly url: string;
  readonly tokens: Readonly<Record<'agent' | 'approver' | 'admin', string>>;
  readonly agent: AegisClient;
  readonly operator: AegisClient;
  readonly admin: AegisClient;
  /** Another client of the same gateway, closed with it. */
  client(options: AegisClientOptions): AegisClient;
  /** Sends a request without a client between the test and the wire. The agent's key is used unless another is given. */
  send(method: Call['method'], path: string, call?: Omit<Call, 'method' | 'path'>): Promise<Answer>;
  /** Its log, for those who do not believe it. */
  readonly log: LogAccess;
  /** Steers the gateway: `dev('clock', { advanceMs: 1000 })`. */
  dev(route: string, body?: object): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

/** How to set one up. */
export interface AegisRigOptions extends GatewayOptions {
  /** Options of every client, such as the transport under test. */
  readonly clients?: AegisClientOptions;
  /** Where the clients find the protocol below the gateway's URL: at the root, or under its own name. */
  readonly basePath?: '' | '/aegis';
}

/** Starts a development gateway and its clients, which ask once and do not try again. */
export async function startAegis({ clients = {}, basePath = '', ...options }: AegisRigOptions = {}): Promise<AegisRig> {
  const shared = options.store?.startsWith('postgres') ? { masterKey: SHARED_KEY } : {};
  const gateway = await createGateway({ dev: true, log: quiet, ...shared, ...options });
  const url = await gateway.listen({ port: 0 });
  const { apiKey = '', operatorKey = '', adminKey = '' } = gateway.credentials['aegis'] ?? {};
  const tokens = { agent: apiKey, approver: operatorKey, admin: adminKey };
  const open: AegisClient[] = [];
  const client = (own: AegisClientOptions) => {
    const made = new AegisClient({ endpoint: `${url}${basePath}`, retries: 0, ...clients, ...own });
    open.push(made);
    return made;
  };
  const send: AegisRig['send'] = (method, path, call = {}) => http(url, { method, path, token: apiKey, ...call });
  return {
    gateway,
    url,
    tokens,
    agent: client({ apiKey }),
    operator: client({ apiKey: operatorKey }),
    admin: client({ apiKey: adminKey }),
    client,
    send,
    log: { send, tokens, chain: 'aegis' },
    async dev(route, body = {}) {
      const { status, body: answer } = await send('POST', `/__sallyport/${route}`, { token: adminKey, body });
      if (status !== 200) throw new Error(`/__sallyport/${route} answered ${status}: ${JSON.stringify(answer)}`);
      return answer;
    },
    async close() {
      for (const made of open) await made.close();
      await gateway.close();
    },
  };
}

/** A proposal of the demo agent, unless another actor is named. */
export function proposalOf(
  capability: string,
  { actor = 'demo-agent', ...rest }: { readonly actor?: string } & Partial<Proposal['action']> = {},
): Proposal {
  return { actor: { id: actor, type: 'ai-agent' }, action: { capability, parameters: {}, ...rest } };
}

/** The same on the wire. */
export function bodyOf(capability: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const actor = { id: 'demo-agent', type: 'ai-agent' };
  return { actor, action: { capability, parameters: {} }, context: {}, ...more };
}
