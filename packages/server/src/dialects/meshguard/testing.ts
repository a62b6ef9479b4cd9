import { type SteerableClock, steerableClock } from '../../engine/clock.js';
import { silentLog } from '../../engine/log.js';
import { createGateway, type Gateway, type InjectRequest } from '../../gateway.js';
import type { GatewayOptions } from '../../gateway-options.js';
import { TEST_START } from '../../testing/engines.js';

/** An answer, its body read as JSON where it is. */
export interface MeshAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a test sends. */
export interface MeshRequest {
  /** An agent's token; the demo agent's when absent, none when empty. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; texts and bytes as they are. */
  readonly body?: unknown;
}

/** A development gateway that speaks nothing but MeshGuard, with a clock that stands still. */
export interface MeshTest {
  readonly gateway: Gateway;
  readonly clock: SteerableClock;
  readonly agentToken: string;
  readonly adminToken: string;
  readonly approverToken: string;
  send(method: NonNullable<InjectRequest['method']>, url: string, request?: MeshRequest): Promise<MeshAnswer>;
  /** Asks as the demo agent, or another. */
  check(action: string, headers?: Readonly<Record<string, string>>, token?: string): Promise<MeshAnswer>;
  /** Asks for something with the admin's token. */
  admin(method: NonNullable<InjectRequest['method']>, url: string, body?: unknown): Promise<MeshAnswer>;
  close(): Promise<void>;
}

/** Sets a gateway up for one test or one file of tests. */
export async function meshTest({
  meshguard,
  ...options
}: Omit<GatewayOptions, 'clock' | 'dev'> = {}): Promise<MeshTest> {
  const clock = steerableClock(TEST_START);
  const gateway = await createGateway({
    log: silentLog(),
    seed: 'test',
    rampart: false,
    aegis: false,
    ...options,
    ...(meshguard !== undefined && { meshguard }),
    dev: true,
    clock,
  });
  const { agentToken = '', adminToken = '', approverToken = '' } = gateway.credentials['meshguard'] ?? {};
  const send: MeshTest['send'] = async (method, url, { token = agentToken, headers = {}, body } = {}) => {
    const answer = await gateway.inject({
      method,
      url,
      headers: { ...(token !== '' && { authorization: `Bearer ${token}` }), ...headers },
      ...(body !== undefined && {
        payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    });
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: parsed(answer.body) };
  };
  return {
    gateway,
    clock,
    agentToken,
    adminToken,
    approverToken,
    send,
    check: (action, headers = {}, token = agentToken) =>
      send('GET', '/proxy/check', { token, headers: { 'x-meshguard-action': action, ...headers } }),
    admin: (method, url, body) =>
      send(method, url, { token: '', headers: { 'x-admin-token': adminToken }, ...(body !== undefined && { body }) }),
    close: () => gateway.close(),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
