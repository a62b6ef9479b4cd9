import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SteerableClock, steerableClock } from '../engine/clock.js';
import { silentLog } from '../engine/log.js';
import { createGateway, type Gateway, type InjectRequest } from '../gateway.js';
import type { GatewayOptions } from '../gateway-options.js';
import { TEST_START } from './engines.js';

/** An answer, its body read as JSON where it is. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a test sends. */
export interface TestRequest {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; texts and bytes as they are. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** A development gateway with a clock that stands still, and its three credentials. */
export interface TestGateway {
  readonly gateway: Gateway;
  readonly clock: SteerableClock;
  readonly agent: string;
  readonly approver: string;
  readonly admin: string;
  /** Sends a request, as the agent unless told otherwise; an empty token sends none. */
  send(method: NonNullable<InjectRequest['method']>, url: string, request?: TestRequest): Promise<TestAnswer>;
  /** Steers it: `dev('clock', { advanceMs: 1000 })`. */
  dev(route: string, body?: unknown): Promise<TestAnswer>;
  close(): Promise<void>;
}

/** How to set it up: `policy` is the text of a policy file, the standard profile when absent. */
export interface TestGatewayOptions extends Omit<GatewayOptions, 'clock' | 'dev'> {
  readonly policy?: string;
}

/** Sets a gateway up for one test or one file of tests. */
export async function testGateway({ policy, ...options }: TestGatewayOptions = {}): Promise<TestGateway> {
  const clock = steerableClock(TEST_START);
  const folder = policy === undefined ? undefined : await mkdtemp(join(tmpdir(), 'sallyport-policy-'));
  if (folder !== undefined && policy !== undefined) await writeFile(join(folder, 'policy.yaml'), policy);
  const gateway = await createGateway({
    log: silentLog(),
    seed: 'test',
    ...options,
    dev: true,
    clock,
    ...(options.rampart !== false && {
      rampart: {
        hostname: 'test-host',
        ...options.rampart,
        ...(folder !== undefined && { policyFile: join(folder, 'policy.yaml') }),
      },
    }),
  });
  const { token = '', approverToken = '', adminToken = '' } = gateway.credentials['rampart'] ?? {};
  const own: TestGateway = {
    gateway,
    clock,
    agent: token,
    approver: approverToken,
    admin: adminToken,
    async send(method, url, { token: as = token, headers = {}, body, signal } = {}) {
      const answer = await gateway.inject({
        method,
        url,
        headers: { ...(as !== '' && { authorization: `Bearer ${as}` }), ...headers },
        ...(body !== undefined && { payload: payloadOf(body) }),
        ...(signal !== undefined && { signal }),
      });
      return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: parsed(answer.body) };
    },
    dev: (route, body) => own.send('POST', `/__sallyport/${route}`, { token: adminToken, body }),
    async close() {
      await gateway.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
  return own;
}

function payloadOf(body: unknown): string | Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
