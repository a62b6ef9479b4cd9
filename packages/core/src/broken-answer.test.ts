import type { ServerResponse } from 'node:http';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as errors from './errors/index.js';
import type { ClientOptions } from './options.js';
import { systemRuntime } from './runtime.js';
import { callerOn, DECIDE, failure, READ } from './test/caller.js';
import { startServer, type TestServer } from './test/http-server.js';
import { FetchTransport } from './transport/fetch.js';
import type { Transport } from './transport/port.js';
import { UndiciTransport } from './transport/undici.js';

const agent = new Agent();
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.close();
  await agent.close();
});

type Breaking = (response: ServerResponse) => void;
const cutOff: Breaking = (response) => response.write('{"dec', () => response.socket?.resetAndDestroy());
const stall: Breaking = (response) => response.write('{"dec');

/** Where an answer with this status goes wrong in its body: after how it does. */
function answering(status: number, breaking: Breaking): void {
  server.handler = (_request, response) => {
    response.writeHead(status, { 'content-length': '100', 'x-request-id': 'r-1', 'retry-after': '7' });
    breaking(response);
  };
}

const TRANSPORTS: readonly (readonly [string, () => Transport, ClientOptions])[] = [
  ['undici', () => new UndiciTransport(agent), {}],
  ['fetch', () => new FetchTransport(), {}],
  ['undici, with middleware', () => new UndiciTransport(agent), { middleware: [(request, next) => next(request)] }],
];

describe.each(TRANSPORTS)('an answer whose body breaks off: %s', (_name, transport, more) => {
  const make = (options: ClientOptions = {}) =>
    callerOn(
      [],
      { transport: transport(), runtime: systemRuntime, maxRetries: 0, ...more, ...options },
      { baseUrl: server.url },
    ).caller;

  it.each([
    [400, errors.BadRequestError],
    [401, errors.AuthenticationError],
    [403, errors.PermissionDeniedError],
    [429, errors.RateLimitError],
    [503, errors.ServerError],
  ])('is what its status %i says', async (status, type) => {
    answering(status, cutOff);
    const error = await failure(make().call({ ...DECIDE, results: [403] }, 'x'));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ status, requestId: 'r-1', retryAfterMs: 7_000, cause: expect.any(Error) });
    expect(String(error)).toContain('and its body broke off');
  });

  it('is a refusal as well when the rest of it never comes', async () => {
    answering(403, stall);
    const error = await failure(make({ timeoutMs: 150 }).call({ ...DECIDE, results: [403] }, 'x'));
    expect(error).toBeInstanceOf(errors.PermissionDeniedError);
    expect(error).toMatchObject({ cause: expect.any(errors.TimeoutError) });
  });

  it('is a redirect that is not followed', async () => {
    answering(302, cutOff);
    expect(await failure(make().call(READ, 'x'))).toBeInstanceOf(errors.UnexpectedRedirectError);
  });

  it('leaves its status on the error where it would have been a result', async () => {
    answering(202, cutOff);
    const broken = await failure(make().call(DECIDE, 'x'));
    expect(broken).toBeInstanceOf(errors.ConnectionError);
    expect(broken).toMatchObject({ status: 202, sent: true });
    answering(200, stall);
    const late = await failure(make({ timeoutMs: 150 }).call(DECIDE, 'x'));
    expect(late).toBeInstanceOf(errors.TimeoutError);
    expect(late).toMatchObject({ status: 200 });
  });

  it('is what its status says, and nothing foreign, where a stream was asked for', async () => {
    answering(403, cutOff);
    expect(await failure(make().open(READ, 'x'))).toBeInstanceOf(errors.PermissionDeniedError);
  });

  it('is no answer where the caller has given up', async () => {
    answering(403, stall);
    const controller = new AbortController();
    const asked = new Promise<void>((resolve) => {
      const { handler } = server;
      server.handler = (request, response) => {
        handler(request, response);
        resolve();
      };
    });
    const failed = failure(make().call(DECIDE, 'x', { signal: controller.signal }));
    await asked;
    controller.abort();
    expect(await failed).toBeInstanceOf(errors.AbortedError);
  });

  it('names no status where none had come', async () => {
    server.handler = (request) => request.socket.resetAndDestroy();
    const error = await failure(make().call(DECIDE, 'x'));
    expect(error).toBeInstanceOf(errors.ConnectionError);
    expect(error).toMatchObject({ status: undefined });
  });
});
