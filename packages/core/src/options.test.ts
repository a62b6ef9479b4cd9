import { afterEach, describe, expect, it, vi } from 'vitest';
import { apiKey, bearer } from './credentials.js';
import { parseBaseUrl, readEnv } from './environment.js';
import { ConfigurationError } from './errors/index.js';
import { checkOptionNames, type RequestOptions } from './options.js';
import { callerOn, failure, READ } from './test/caller.js';
import { FakeTransport } from './test/fakes.js';

afterEach(() => vi.unstubAllEnvs());

describe('option names', () => {
  const check = (options: object) => () => checkOptionNames(options, ['url', 'token', 'agent'], 'RampartClient');

  it('may be the client’s own and those of every client', () => {
    expect(check({ url: 'x', token: 'y', timeoutMs: 1, fetch, retries: 2 })).not.toThrow();
  });

  it.each([
    ['tokn', 'token'],
    ['maxRetry', 'maxRetries'],
    ['timeout_ms', 'timeoutMs'],
    ['timeoutMS', 'timeoutMs'],
    ['middlewares', 'middleware'],
  ])('are corrected: %s', (name, meant) => {
    expect(check({ [name]: 1 })).toThrow(`RampartClient has no option "${name}". Did you mean "${meant}"?`);
  });

  it('are listed when nothing is near', () => {
    expect(check({ colour: 1 })).toThrow(/no option "colour". It knows: url, token, agent, timeoutMs/);
  });

  it('name timeoutMs for timeout, whose unit nobody can guess', async () => {
    expect(check({ timeout: 30 })).toThrow('Use "timeoutMs", in milliseconds.');
    const { caller } = callerOn([{ body: 1 }]);
    const seeds: RequestOptions & Record<string, unknown> = { timeout: 30 };
    expect(await failure(caller.call(READ, 'x', seeds))).toBeInstanceOf(ConfigurationError);
  });
});

describe('limits', () => {
  it.each([
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { deadlineMs: -1 },
    { maxRetries: 1.5 },
    { maxRetries: -1 },
    { maxResponseBytes: 0 },
    { retryBudget: -1 },
    { backoff: { baseMs: Number.NaN, capMs: 1 } },
    { backoff: { baseMs: 1, capMs: -1 } },
    JSON.parse('{"backoff":{"baseMs":1}}'),
    JSON.parse('{"idempotency":"sometimes"}'),
    { retries: 1, maxRetries: 2 },
    { fetch, transport: new FakeTransport([]) },
    { headers: { 'a b': 'c' } },
  ])('that are impossible are refused at construction: %o', (options) => {
    expect(() => callerOn([], options)).toThrow(ConfigurationError);
  });

  it('take retries for maxRetries', async () => {
    const { caller, transport, runtime } = callerOn([{ status: 503 }], { retries: 1 });
    const error = failure(caller.call(READ, 'x'));
    await runtime.advance(10_000);
    await error;
    expect(transport.requests).toHaveLength(2);
  });
});

describe('a base URL', () => {
  it.each([
    ['http://localhost:9090', 'http://localhost:9090'],
    ['http://localhost:9090/', 'http://localhost:9090'],
    ['HTTPS://Gate.Test/rampart//', 'https://gate.test/rampart'],
    ['http://[::1]:80/x', 'http://[::1]/x'],
  ])('%s becomes %s', (given, url) => {
    expect(parseBaseUrl(given, 'url')).toBe(url);
  });

  it.each([
    '',
    'localhost:9090',
    'gate.test',
    'ftp://gate.test',
    'http://',
    'http://h/?a=1',
    'http://h/#x',
    'file:///x',
  ])('cannot be %j', (given) => {
    expect(() => parseBaseUrl(given, 'url (or RAMPART_URL)')).toThrow(/^url \(or RAMPART_URL\) must/);
  });

  it('must not hold a password, which is not shown', () => {
    expect(() => parseBaseUrl('http://me:hunter22@gate.test', 'url')).toThrow(ConfigurationError);
    expect(() => parseBaseUrl('me:hunter22@gate test', 'url')).not.toThrow('hunter22');
  });
});

describe('a credential', () => {
  it('is a header', () => {
    expect(bearer('abc', 'token')).toEqual({ header: 'authorization', value: 'Bearer abc', secret: 'abc' });
    expect(apiKey('x-api-key', 'abc', 'apiKey')).toEqual({ header: 'x-api-key', value: 'abc', secret: 'abc' });
  });

  it.each(['', '  ', ' abc', 'abc\n', 'a\r\nx: y', 'a\u0100'])('cannot be %j', (token) => {
    expect(() => bearer(token, 'token (or RAMPART_TOKEN)')).toThrow(/^token \(or RAMPART_TOKEN\)/);
  });
});

it('reads an environment variable, empty ones as not set', () => {
  vi.stubEnv('SALLYPORT_TEST', ' value ');
  expect(readEnv('SALLYPORT_TEST')).toBe('value');
  vi.stubEnv('SALLYPORT_TEST', '  ');
  expect(readEnv('SALLYPORT_TEST')).toBeUndefined();
  expect(readEnv('SALLYPORT_TEST_ABSENT')).toBeUndefined();
});

describe('the options of a client', () => {
  it.each([
    ['fetch', 5, 'fetch must be a function, and not 5'],
    ['middleware', {}, 'middleware must be an array of functions, and not an object'],
    ['middleware', [1], 'middleware must be an array of functions'],
    ['logger', {}, 'logger must have the methods debug, info, warn, error'],
    ['transport', {}, 'transport must have the methods send, open, close'],
    ['dispatcher', 'x', 'dispatcher must have the methods dispatch, and not "x"'],
    ['runtime', { now: 1 }, 'runtime must have the methods'],
    ['telemetry', 'no', 'telemetry must be true or false, and not "no"'],
    ['timeoutMs', '5', 'timeoutMs must be a number of at least 1, and not "5"'],
    ['idempotency', 'sometimes', "idempotency must be 'auto' or 'always' or 'never', and not \"sometimes\""],
  ])('%s cannot be %o', (name, value, message) => {
    const options: object = { [name]: value };
    expect(() => callerOn([], options)).toThrow(ConfigurationError);
    expect(() => callerOn([], options)).toThrow(message);
  });
});

describe('the options of a call', () => {
  it('that nobody would read are refused before anything is sent', async () => {
    const { caller, transport } = callerOn([{ body: 1 }]);
    const unknown: RequestOptions & Record<string, unknown> = { maxRetry: 1 };
    expect(await failure(caller.call(READ, 'x', unknown))).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('has no option "maxRetry". Did you mean "maxRetries"?'),
      operation: READ.name,
    });
    expect(await failure(caller.open(READ, 'x', unknown))).toBeInstanceOf(ConfigurationError);
    expect(transport.requests).toHaveLength(0);
  });
});
