import { MeshGuardClient, type MeshGuardClientOptions } from '@sallyport/meshguard';
import { createGateway, type Gateway, type GatewayOptions } from '@sallyport/server';
import { type Answer, type Call, http } from './http.js';
import type { LogAccess } from './log.js';
import { quiet } from './rig.js';
import { SHARED_KEY } from './shared-key.js';

/** What a request to the MeshGuard dialect says, beside method and path. */
export interface MeshCall extends Omit<Call, 'method' | 'path'> {
  /** Sent as `X-MeshGuard-Action`. */
  readonly action?: string;
  /** Sent as `X-Admin-Token`; `true` for the admin's, and no agent's token beside it. */
  readonly admin?: string | true;
}

/** A gateway in this process that speaks MeshGuard, listening on a socket, with a client for each kind of credential. */
export interface Mesh {
  readonly gateway: Gateway;
  readonly url: string;
  readonly tokens: Readonly<Record<'agent' | 'approver' | 'admin', string>>;
  /** Has the agent's token only. */
  readonly agent: MeshGuardClient;
  /** Has the admin's token only. */
  readonly admin: MeshGuardClient;
  /** Another client of the same gateway, closed with it. */
  client(options: MeshGuardClientOptions): MeshGuardClient;
  /** Sends a request without a client between the test and the wire. The agent's token is used unless another is given. */
  send(method: Call['method'], path: string, call?: MeshCall): Promise<Answer>;
  /** Says yes or no to an approval, as a human does. */
  resolve(approvalId: string, verdict: 'approved' | 'rejected', token?: string): Promise<Answer>;
  /** Its log, for those who do not believe it. */
  log(chain?: string): LogAccess;
  /** Steers the gateway: `dev('clock', { advanceMs: 1000 })`. */
  dev(route: string, body?: object): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

/** How to set one up. */
export interface MeshOptions extends GatewayOptions {
  readonly clients?: MeshGuardClientOptions;
  /** Where the clients find the protocol below the gateway's URL: at the root, or under its own name. */
  readonly basePath?: '' | '/meshguard';
}

/** Starts a development gateway and its clients. */
export async function startMesh({ clients = {}, basePath = '', ...options }: MeshOptions = {}): Promise<Mesh> {
  const shared = options.store?.startsWith('postgres') ? { masterKey: SHARED_KEY } : {};
  const gateway = await createGateway({ dev: true, log: quiet, ...shared, ...options });
  const url = await gateway.listen({ port: 0 });
  const { agentToken = '', approverToken = '', adminToken = '' } = gateway.credentials['meshguard'] ?? {};
  const open: MeshGuardClient[] = [];
  const client = (own: MeshGuardClientOptions) => {
    const made = new MeshGuardClient({ gatewayUrl: `${url}${basePath}`, ...clients, ...own });
    open.push(made);
    return made;
  };
  const send: Mesh['send'] = (method, path, { action, admin, headers = {}, ...call } = {}) => {
    const said = {
      ...(action !== undefined && { 'X-MeshGuard-Action': action }),
      ...(admin !== undefined && { 'X-Admin-Token': admin === true ? adminToken : admin }),
    };
    const token = admin === undefined ? agentToken : null;
    return http(url, { method, path, token, ...call, headers: { ...said, ...headers } });
  };
  return {
    gateway,
    url,
    tokens: { agent: agentToken, approver: approverToken, admin: adminToken },
    agent: client({ agentToken, traceId: 'trace-1' }),
    admin: client({ adminToken, traceId: 'trace-of-admin' }),
    client,
    send,
    resolve: (approvalId, verdict, token = approverToken) =>
      send('POST', `/admin/approvals/${approvalId}/resolve`, { admin: token, body: { verdict, by: 'alice' } }),
    log: (chain = 'meshguard') => ({
      send: (method, path, call = {}) => http(url, { method, path, token: agentToken, ...call }),
      tokens: { agent: agentToken, approver: approverToken, admin: adminToken },
      chain,
    }),
    async dev(route, body = {}) {
      const path = `/__sallyport/${route}`;
      const { status, body: answer } = await http(url, { method: 'POST', path, body, token: adminToken });
      if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(answer)}`);
      return answer;
    },
    async close() {
      for (const made of open) await made.close();
      await gateway.close();
    },
  };
}
