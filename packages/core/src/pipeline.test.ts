import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  AuthenticationError,
  ConfigurationError,
  HttpError,
  PolicyDeniedError,
  RateLimitError,
  ResponseParseError,
  type SallyportError,
  ServerError,
  UnexpectedRedirectError,
} from './errors/index.js';
import type { Logger } from './logger.js';
import { callerOn, DECIDE, failure, READ, TOKEN, WRITE } from './test/caller.js';
import { settle } from './test/fakes.js';
import type { ResponseHead } from './transport/port.js';

describe('a call', () => {
  it('sends what the operation says, with the credential, and decodes the answer', async () => {
    const { caller, transport } = callerOn([{ body: { ok: true } }]);
    expect(await caller.call(DECIDE, 'a/b')).toEqual({ ok: true });
    expect(transport.requests).toMatchObject([
      {
        method: 'POST',
        url: 'http://gate.test/base/things/a%2Fb',
        body: '{"id":"a/b"}',
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${TOKEN}`,
          'content-type': 'application/json',
          'idempotency-key': '"id-1"',
          'user-agent': 'sallyport-gate',
        },
      },
    ]);
  });

  it('writes query values and leaves out those that are undefined', async () => {
    const { caller, transport } = callerOn([{ body: 1 }]);
    await caller.call({ ...READ, query: () => ({ limit: 5, tool: undefined, q: 'a b&c' }) }, 'x');
    expect(transport.requests[0]?.url).toBe('http://gate.test/base/things/x?limit=5&q=a+b%26c');
  });

  it('sends a query that is a text byte for byte, and refuses one that would end early', async () => {
    const { caller, transport } = callerOn([{ body: 1 }]);
    await caller.call({ ...READ, query: () => 'a=1&a=%20+2' }, 'x');
    expect(transport.requests[0]?.url).toBe('http://gate.test/base/things/x?a=1&a=%20+2');
    for (const query of ['a#b', 'a b', 'ä=1']) {
      expect(await failure(caller.call({ ...READ, query: () => query }, 'x'))).toBeInstanceOf(ConfigurationError);
    }
  });

  it('streams a body that is one', async () => {
    const { caller, transport } = callerOn([{ body: 1 }]);
    async function* body(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array([1]);
    }
    await caller.call({ ...WRITE, body }, 'x');
    const [request] = transport.requests;
    expect(Object(request?.body)[Symbol.asyncIterator]).toBeTypeOf('function');
    expect(request?.headers).not.toHaveProperty('content-type');
  });

  it('lets an operation tell from the head of an answer whether it is a result', async () => {
    const { caller } = callerOn([
      { status: 404, body: 'relayed', headers: { 'x-relayed': '1' } },
      { status: 200, body: 'its own' },
    ]);
    const relayed = { ...READ, results: ({ headers }: ResponseHead) => headers['x-relayed'] === '1' };
    expect((await caller.open(relayed, 'x')).meta.status).toBe(404);
    expect(await failure(caller.open(relayed, 'x'))).toMatchObject({ status: 200 });
  });

  it('says with withResponse() how it went', async () => {
    const { caller } = callerOn([{ body: 1, headers: { 'x-request-id': 'r-7' } }]);
    expect(await caller.call(READ, 'x').withResponse()).toEqual({
      data: 1,
      meta: { status: 200, requestId: 'r-7', attempts: 1, durationMs: 0, headers: { 'x-request-id': 'r-7' } },
    });
  });

  it('takes a status that the operation declares for a result', async () => {
    const { caller } = callerOn([{ status: 403, body: { decision: 'deny' } }]);
    const operation = { ...DECIDE, results: [403] };
    const { data, meta } = await caller.call(operation, 'x').withResponse();
    expect([data, meta.status]).toEqual([{ decision: 'deny' }, 403]);
  });

  it('reads text where the operation says so', async () => {
    const { caller, transport } = callerOn([{ body: 'line 1\nline 2\n' }]);
    expect(await caller.call({ ...READ, reads: 'text' }, 'x')).toBe('line 1\nline 2\n');
    expect(transport.requests[0]?.headers).toMatchObject({ accept: '*/*' });
  });

  it('lays the headers of a call over those of the client, null removing', async () => {
    const { caller, transport } = callerOn([{ body: 1 }], { headers: { 'X-Team': 'a', 'x-keep': 'k' } });
    await caller.call(READ, 'x', { headers: { 'x-team': 'b', 'User-Agent': null, 'x-keep': undefined } });
    expect(transport.requests[0]?.headers).toEqual({
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: `Bearer ${TOKEN}`,
      'x-team': 'b',
      'x-keep': 'k',
    });
  });

  it('names the credential that is missing and what to do about it', async () => {
    const { caller, transport } = callerOn([{}], {}, { credentials: {}, credentialHelp: { token: 'Set GATE_TOKEN.' } });
    const error = await failure(caller.call(READ, 'x'));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toContain('"token" credential. Set GATE_TOKEN.');
    expect(transport.requests).toEqual([]);
  });

  it('refuses input that JSON cannot hold, before anything is sent', async () => {
    const { caller, transport } = callerOn([{}]);
    const error = await failure(caller.call({ ...DECIDE, body: () => ({ n: 1n }) }, 'x'));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ gateway: 'gate', operation: 'gate.decide' });
    expect(transport.requests).toEqual([]);
  });

  it('makes raw requests below the base URL, and nowhere else', async () => {
    const { caller, transport } = callerOn([{ body: [1] }], {}, { defaultAuth: 'token' });
    expect(await caller.request('DELETE', '/v1/x', { query: { a: 1 }, body: { b: 2 } })).toEqual([1]);
    expect(transport.requests).toMatchObject([
      {
        method: 'DELETE',
        url: 'http://gate.test/base/v1/x?a=1',
        body: '{"b":2}',
        headers: { authorization: `Bearer ${TOKEN}` },
      },
    ]);
    for (const path of ['//evil.test/x', '/../x', '/a/%2e%2E/b', 'http://evil.test/', '/a?b', '/ü', '/a\\..\\b']) {
      expect(await failure(caller.request('GET', path))).toBeInstanceOf(ConfigurationError);
    }
    expect(transport.requests).toHaveLength(1);
  });
});

describe('an answer that is not a result', () => {
  it.each([
    [400, 'BadRequestError'],
    [401, 'AuthenticationError'],
    [403, 'PermissionDeniedError'],
    [404, 'NotFoundError'],
    [409, 'ConflictError'],
    [410, 'NotFoundError'],
    [418, 'HttpError'],
    [422, 'UnprocessableError'],
    [429, 'RateLimitError'],
    [501, 'ServerError'],
    [503, 'ServerError'],
  ])('is a typed error by its status %i', async (status, name) => {
    const { caller } = callerOn([{ status, body: { error: 'because' }, headers: { 'request-id': 'r-1' } }]);
    const error = await failure(caller.call(DECIDE, 'x', { maxRetries: 0 }));
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ name, status, gateway: 'gate', operation: 'gate.decide', requestId: 'r-1' });
    expect(String(error)).toContain(`status ${status}: because`);
  });

  it.each([
    [{ error: { message: 'nested' } }, 'nested'],
    [{ detail: 'from fastapi' }, 'from fastapi'],
    [{ detail: [{ loc: ['body'], msg: 'field required' }] }, 'field required'],
    [{ message: 'plain', error: 'code_word' }, 'plain'],
    ['<html>proxy</html>', '<html>proxy</html>'],
  ])('is worded by its body %j', async (body, text) => {
    const { caller } = callerOn([{ status: 400, body }]);
    expect(String(await failure(caller.call(DECIDE, 'x')))).toContain(text);
  });

  it('keeps the problem details of RFC 9457', async () => {
    const body = { title: 'Too deep', detail: 'nested 40 levels', status: 400, depth: 40 };
    const { caller } = callerOn([{ status: 400, body, headers: { 'content-type': 'application/problem+json' } }]);
    const error = await failure(caller.call(DECIDE, 'x'));
    expect(error).toMatchObject({ problem: { ...body, type: 'about:blank' } });
    expect(String(error)).toContain('nested 40 levels');
  });

  it('becomes what the first decoder that knows it says', async () => {
    const decoder = (body: unknown) => (body === 'no' ? new PolicyDeniedError('denied') : undefined);
    const { caller } = callerOn([{ status: 403, body: '"no"' }], {}, { errors: [() => undefined, decoder] });
    expect(await failure(caller.call(DECIDE, 'x'))).toBeInstanceOf(PolicyDeniedError);
  });

  it('shows nothing of a token that the server echoes', async () => {
    const { caller } = callerOn([{ status: 401, body: { error: `bad token ${TOKEN}` } }]);
    const error = await failure(caller.call(READ, 'x'));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(
      String(error) + JSON.stringify(error) + JSON.stringify(error instanceof HttpError && error.body),
    ).not.toContain(TOKEN);
  });

  it('is never followed when it is a redirect', async () => {
    const headers = { location: 'https://evil.test/?token=abc' };
    const { caller, transport } = callerOn([{ status: 307, headers }]);
    const error = await failure(caller.call(DECIDE, 'x'));
    expect(error).toBeInstanceOf(UnexpectedRedirectError);
    expect(error).toMatchObject({ status: 307, location: 'https://evil.test/?token=[redacted]' });
    expect(transport.requests).toHaveLength(1);
  });

  it('is a parse error when it claims success and is not JSON', async () => {
    const { caller } = callerOn([{ body: '<html>', headers: { 'content-type': 'text/html' } }]);
    const error = await failure(caller.call(DECIDE, 'x'));
    expect(error).toBeInstanceOf(ResponseParseError);
    expect(String(error)).toContain('not JSON (text/html, 6 bytes)');
  });

  it('is handed to the gateway’s own family', async () => {
    class GateError extends Error {}
    const family = (error: SallyportError): SallyportError => Object.setPrototypeOf(error, GateError.prototype);
    const { caller } = callerOn(
      [{ breaks: new Error('ECONNREFUSED'), sent: false }],
      { maxRetries: 0 },
      { adopt: family },
    );
    expect(await failure(caller.call(READ, 'x'))).toBeInstanceOf(GateError);
  });
});

describe('the caller', () => {
  it('logs attempts and retries without a credential', async () => {
    const lines: string[] = [];
    const write = (message: string, fields: object): unknown => lines.push(`${message} ${JSON.stringify(fields)}`);
    const logger: Logger = { debug: write, info: write, warn: write, error: write };
    const { caller, runtime } = callerOn([{ status: 503, body: { error: TOKEN } }, { body: 1 }], { logger });
    const call = caller.call(READ, 'x');
    await runtime.advance(250);
    await call;
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['retrying', 'answered']);
    expect(lines.join()).not.toContain(TOKEN);
  });

  it('ends calls under way when it is closed, and refuses new ones', async () => {
    const { caller, transport, runtime } = callerOn(['hangs']);
    const error = failure(caller.call(READ, 'x'));
    await settle();
    await caller.close();
    await caller.close();
    expect(await error).toBeInstanceOf(AbortedError);
    expect(await failure(caller.call(READ, 'x'))).toMatchObject({ code: 'aborted', message: 'The client was closed.' });
    expect([transport.closed, transport.requests.length, transport.aborted.length, runtime.pending]).toEqual([
      true,
      1,
      1,
      0,
    ]);
  });

  it('remembers what the server can do, from any answer, and forgets it when a good answer no longer says so', async () => {
    const { caller } = callerOn([
      { status: 400, headers: { 'sallyport-features': 'Idempotency, wait' } },
      { status: 502 },
      { body: 1 },
    ]);
    await failure(caller.call(DECIDE, 'x'));
    expect([...caller.features]).toEqual(['idempotency', 'wait']);
    await failure(caller.call(DECIDE, 'x', { maxRetries: 0 }));
    expect(caller.features.has('wait')).toBe(true);
    await caller.call(DECIDE, 'x');
    expect(caller.features.size).toBe(0);
  });

  it('does not believe what a relayed answer announces of the server, nor what it leaves out', async () => {
    const announced = { 'sallyport-features': 'idempotency' };
    const { caller } = callerOn([
      { body: 1, headers: announced },
      { body: 1 },
      { body: 1 },
      { body: 1, headers: announced },
    ]);
    const relay = { ...READ, relayed: true };
    await caller.call(READ, 'x');
    await caller.call(relay, 'x');
    expect(caller.features.has('idempotency')).toBe(true);
    await caller.call(READ, 'x');
    await caller.call(relay, 'x');
    expect(caller.features.has('idempotency')).toBe(false);
  });

  it('reads RateLimitError and ServerError apart', async () => {
    const { caller } = callerOn([{ status: 429, headers: { 'retry-after': '7' } }, { status: 500 }], { maxRetries: 0 });
    expect(await failure(caller.call(READ, 'x'))).toSatisfy(
      (e) => e instanceof RateLimitError && e.retryAfterMs === 7_000,
    );
    expect(await failure(caller.call(READ, 'x'))).toSatisfy(
      (e) => e instanceof ServerError && !(e instanceof RateLimitError),
    );
  });
});
