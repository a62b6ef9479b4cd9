import type { Server } from 'node:http';
import type { Readable } from 'node:stream';
import { ConfigurationError } from '@sallyport/core';
import type { FastifyInstance } from 'fastify';
import { DIALECTS, type StartedDialect } from './dialects/list.js';
import { redactText } from './dialects/rampart/documents/redact.js';
import { type SteerableClock, steerableClock } from './engine/clock.js';
import { createEngine, type RunningEngine } from './engine/create.js';
import { checkListen, checkOptions, type GatewayOptions, type ListenOptions } from './gateway-options.js';
import { createApp } from './http/app.js';
import { Connections } from './http/connections.js';
import { mountDevTools } from './http/dev/mount.js';
import { type Reseedable, reseedableRandom } from './http/dev/reseedable.js';
import { mountOperator } from './http/operator/routes.js';
import { mountPublic, OPERATOR_PREFIX } from './http/public.js';
import { compileRoots } from './http/roots.js';

const CLOSE_TIMEOUT_MS = 10_000;

/**
 * A request that does not go through a socket.
 *
 * @example
 * ```ts
 * import type { InjectRequest } from '@sallyport/server';
 *
 * const request: InjectRequest = { method: 'POST', url: '/v1/tool/exec', payload: { params: { command: 'ls' } } };
 * ```
 */
export interface InjectRequest {
  /** @defaultValue `GET` */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** Path and query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON. */
  readonly payload?: string | Buffer | object;
  readonly signal?: AbortSignal;
  /** Resolves with the head of the answer, its body to be read from `stream()`: for event streams. */
  readonly payloadAsStream?: boolean;
}

/**
 * The answer to a request that did not go through a socket.
 *
 * @example
 * ```ts
 * import { createGateway, type InjectResponse } from '@sallyport/server';
 *
 * const gateway = await createGateway();
 * const answer: InjectResponse = await gateway.inject({ url: '/healthz' });
 * answer.statusCode; // 200
 * ```
 */
export interface InjectResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, number | string | string[] | undefined>>;
  /** The body as text; empty with `payloadAsStream`. */
  readonly body: string;
  /** The body as it arrives, with `payloadAsStream`. */
  stream(): Readable;
}

/**
 * A gateway that is ready to answer.
 *
 * @example
 * ```ts
 * import { createGateway, type Gateway } from '@sallyport/server';
 *
 * const gateway: Gateway = await createGateway({ store: 'sqlite:gateway.db' });
 * console.log(`Listening on ${await gateway.listen({ port: 9090 })}`);
 * process.once('SIGTERM', () => void gateway.close());
 * ```
 */
export interface Gateway {
  /** The HTTP application: its `server` is Node's, for those who listen by themselves. */
  readonly app: { readonly server: Server };
  /** Answers a request in this process, without a socket. */
  inject(request: InjectRequest): Promise<InjectResponse>;
  /**
   * Listens, and returns the URL.
   *
   * @throws ConfigurationError when the address is taken or not allowed.
   */
  listen(options?: ListenOptions): Promise<string>;
  /**
   * Credentials in clear, by dialect and name: the ready-made ones under `dev`, and an admin token that had to be made
   * because there was none. Nobody is told them again.
   */
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Stops accepting, finishes what is under way, puts everything on disk, and lets go of the store. */
  close(): Promise<void>;
}

/**
 * Sets a gateway up: the store, the engine, and every dialect that is not switched off, ready on one HTTP application.
 *
 * @throws ConfigurationError for options, policies or a store that cannot be used.
 * @example
 * ```ts
 * import { createGateway } from '@sallyport/server';
 *
 * const gateway = await createGateway({ dev: true });
 * const url = await gateway.listen({ port: 0 });
 * const { token } = gateway.credentials['rampart'] ?? {};
 * await fetch(`${url}/v1/tool/exec`, {
 *   method: 'POST',
 *   headers: { authorization: `Bearer ${token}` },
 *   body: JSON.stringify({ params: { command: 'git status' } }),
 * });
 * await gateway.close();
 * ```
 */
export async function createGateway(options: GatewayOptions = {}): Promise<Gateway> {
  checkOptions(options);
  const random = options.random === undefined && options.dev === true ? reseedableRandom(options.seed) : undefined;
  const clock = options.clock ?? (options.dev === true ? steerableClock(Date.now(), true) : undefined);
  const engine = await createEngine({
    ...engineOptions(options),
    ...(random !== undefined && { random }),
    ...(clock !== undefined && { clock }),
  });
  const dialects: StartedDialect[] = [];
  try {
    for (const plug of DIALECTS) {
      if (plug.isEnabled(options)) dialects.push(await plug.start(engine, options));
    }
    await engine.approvals.sweep();
    return await assemble(engine, dialects, options, random);
  } catch (error) {
    for (const { running } of dialects) await running.close();
    await engine.close();
    throw error;
  }
}

function engineOptions({ store = 'memory', dev = false, ...rest }: GatewayOptions) {
  const { allowPrivateTargets, masterKey, log, ids, random } = rest;
  return {
    store,
    dev,
    ...(allowPrivateTargets !== undefined && { allowPrivateTargets }),
    ...(masterKey !== undefined && { masterKey }),
    ...(log !== undefined && { log }),
    ...(ids !== undefined && { ids }),
    ...(random !== undefined && { random }),
  };
}

async function assemble(
  engine: RunningEngine,
  dialects: readonly StartedDialect[],
  options: GatewayOptions,
  random: Reseedable | undefined,
): Promise<Gateway> {
  const credentials: Record<string, Readonly<Record<string, string>>> = {};
  for (const { name, running } of dialects) {
    const told = engine.dev ? await running.seed() : running.made;
    if (told !== undefined) credentials[name] = told;
  }
  const rewrite = compileRoots(dialects);
  const app = createApp(rewrite, engine.log);
  const closing = new AbortController();
  mountPublic(app, { engine, dialects, rewrite, metrics: options.metrics ?? 'admin' });
  const clock = isSteerable(engine.clock) ? engine.clock : undefined;
  const faults = engine.dev
    ? mountDevTools(app, {
        engine,
        dialects,
        clock,
        random: random ?? reseedableRandom(options.seed),
        mask: redactText,
      })
    : undefined;
  const running = new Map(dialects.map((dialect) => [dialect.name, dialect.running]));
  app.register(async (scope) => mountOperator(scope, { engine, dialects: running, closing: closing.signal }), {
    prefix: OPERATOR_PREFIX,
  });
  for (const dialect of dialects) {
    app.register(async (scope) => dialect.running.routes(scope), { prefix: `/${dialect.name}` });
  }
  const connections = new Connections(app.server);
  app.addHook('preClose', (done) => {
    closing.abort();
    faults?.release();
    for (const { running: dialect } of dialects) dialect.release();
    done();
  });
  await app.ready();

  let closed: Promise<void> | undefined;
  const close = async () => {
    await connections.drain(() => app.close(), options.closeTimeoutMs ?? CLOSE_TIMEOUT_MS);
    for (const dialect of dialects) await dialect.running.close();
    await engine.close();
  };
  return {
    app,
    inject: (request) => app.inject({ ...request }),
    listen: (where = {}) => listen(app, where, engine.dev),
    credentials,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

function isSteerable(clock: object): clock is SteerableClock {
  return 'advance' in clock && 'set' in clock;
}

async function listen(app: FastifyInstance, where: ListenOptions, dev: boolean): Promise<string> {
  const { host = '127.0.0.1', port = 9090 } = where;
  checkListen({ host, port }, dev);
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), 'code');
    const why = WHY_NOT[String(code)];
    if (why === undefined) throw error;
    throw new ConfigurationError(`Cannot listen on ${host}:${port}: ${why}.`, { cause: error });
  }
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken; choose another, or 0 for any that is free',
  EACCES: 'this user may not use the port; choose one above 1023',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host',
};
