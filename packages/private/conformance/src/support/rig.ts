import { RampartClient, type RampartClientOptions } from '@sallyport/rampart';
import { createGateway, type Gateway, type GatewayOptions } from '@sallyport/server';
import { type Answer, type Call, http } from './http.js';
import { SHARED_KEY } from './shared-key.js';

const nothing = () => {};

/** A log that says nothing. */
export const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A gateway in this process, listening on a socket, with a client for each kind of credential. */
export interface Rig {
  readonly gateway: Gateway;
  readonly url: string;
  readonly tokens: Readonly<Record<'agent' | 'approver' | 'admin', string>>;
  readonly agent: RampartClient;
  readonly approver: RampartClient;
  readonly admin: RampartClient;
  /** Another client of the same gateway, closed with it. */
  client(options: RampartClientOptions): RampartClient;
  /** Sends a request without a client between the test and the wire. The agent's token is used unless another is given. */
  send(method: Call['method'], path: string, call?: Omit<Call, 'method' | 'path'>): Promise<Answer>;
  /** Steers the gateway: `dev('clock', { advanceMs: 1000 })`. */
  dev(route: string, body?: object): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

/** How to set one up. */
export interface RigOptions extends GatewayOptions {
  /** Options of every client, such as the transport under test. */
  readonly clients?: RampartClientOptions;
  /** Where the clients find the protocol below the gateway's URL: at the root, or under its own name. */
  readonly basePath?: '' | '/rampart';
}

/** Starts a development gateway and its clients. */
export async function startRig({ clients = {}, basePath = '', ...options }: RigOptions = {}): Promise<Rig> {
  const shared = options.store?.startsWith('postgres') ? { masterKey: SHARED_KEY } : {};
  const gateway = await createGateway({ dev: true, log: quiet, ...shared, ...options });
  const url = await gateway.listen({ port: 0 });
  const { token = '', approverToken = '', adminToken = '' } = gateway.credentials['rampart'] ?? {};
  const open: RampartClient[] = [];
  const client = (own: RampartClientOptions) => {
    const made = new RampartClient({ url: `${url}${basePath}`, ...clients, ...own });
    open.push(made);
    return made;
  };
  const send: Rig['send'] = (method, path, call = {}) => http(url, { method, path, token, ...call });
  return {
    gateway,
    url,
    tokens: { agent: token, approver: approverToken, admin: adminToken },
    agent: client({ token, agent: 'agent-7', session: 'session-1', runId: 'run-1' }),
    approver: client({ token: approverToken }),
    admin: client({ token: adminToken, agent: 'operator', session: 'console', runId: 'run-1' }),
    client,
    send,
    async dev(route, body = {}) {
      const { status, body: answer } = await send('POST', `/__sallyport/${route}`, { token: adminToken, body });
      if (status !== 200) throw new Error(`/__sallyport/${route} answered ${status}: ${JSON.stringify(answer)}`);
      return answer;
    },
    async close() {
      for (const made of open) await made.close();
      await gateway.close();
    },
  };
}
