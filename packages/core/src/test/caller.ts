import type { CallerConfig } from '../caller-config.js';
import { bearer } from '../credentials.js';
import type { Operation } from '../operation.js';
import type { ClientOptions } from '../options.js';
import { path } from '../path.js';
import { Caller } from '../pipeline.js';
import { FakeRuntime, FakeTransport, type Script } from './fakes.js';

type Json = Operation<string, unknown>;
const decode = (body: unknown): unknown => body;

/** A read, a decision call, and a write that must never be repeated. */
export const READ: Json = {
  name: 'gate.read',
  method: 'GET',
  path: (id) => path`/things/${id}`,
  auth: 'token',
  retry: 'safe',
  decode,
};
export const DECIDE: Json = { ...READ, name: 'gate.decide', method: 'POST', body: (id) => ({ id }), retry: 'keyed' };
export const WRITE: Json = { ...DECIDE, name: 'gate.write', retry: 'never' };

export const TOKEN = 'tok_0123456789';

export interface Bench {
  readonly caller: Caller;
  readonly transport: FakeTransport;
  readonly runtime: FakeRuntime;
}

/** A caller on a scripted transport and a clock that stands still. */
export function callerOn(
  script: readonly Script[],
  options: ClientOptions = {},
  config: Partial<CallerConfig> = {},
): Bench {
  const transport = new FakeTransport(script);
  const runtime = new FakeRuntime();
  const caller = new Caller({
    gateway: 'gate',
    baseUrl: 'http://gate.test/base',
    credentials: { token: bearer(TOKEN, 'token') },
    ...config,
    options: { transport, runtime, telemetry: false, ...options },
  });
  return { caller, transport, runtime };
}

/** The error a promise is rejected with; fails when it is not. */
export async function failure(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('The call was expected to fail.');
}
