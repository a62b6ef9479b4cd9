import { ConfigurationError } from '@sallyport/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RampartClient } from './client.js';
import { allow, answering, client, sentBy } from './fixture/answering.js';
import { fastRuntime } from './fixture/setup.js';

afterEach(() => vi.unstubAllEnvs());

describe('new RampartClient()', () => {
  it('talks to http://localhost:9090 unless told otherwise', () => {
    vi.stubEnv('RAMPART_URL', '');
    expect(new RampartClient().baseUrl).toBe('http://localhost:9090');
  });

  it('reads RAMPART_URL, RAMPART_TOKEN, RAMPART_AGENT, RAMPART_SESSION and RAMPART_RUN', async () => {
    vi.stubEnv('RAMPART_URL', 'http://127.0.0.1:9999/rampart/');
    vi.stubEnv('RAMPART_TOKEN', 'env-token');
    vi.stubEnv('RAMPART_AGENT', 'env-agent');
    vi.stubEnv('RAMPART_SESSION', 'env-session');
    vi.stubEnv('RAMPART_RUN', 'env-run');
    const fetch = answering(200, allow);
    await new RampartClient({ fetch, telemetry: false }).exec('ls');
    const { url, headers, body } = sentBy(fetch);
    expect(url).toBe('http://127.0.0.1:9999/rampart/v1/tool/exec');
    expect(headers.get('authorization')).toBe('Bearer env-token');
    expect(body).toMatchObject({ agent: 'env-agent', session: 'env-session', run_id: 'env-run' });
  });

  it('is unknown-agent in unknown-session when nobody says who asks', async () => {
    for (const name of ['RAMPART_AGENT', 'RAMPART_SESSION', 'RAMPART_RUN']) vi.stubEnv(name, '');
    const { fetch, rampart } = client();
    await rampart.exec('ls');
    expect(sentBy(fetch).body).toMatchObject({ agent: 'unknown-agent', session: 'unknown-session' });
  });

  it('always sends a run id and a call id of its own', async () => {
    vi.stubEnv('RAMPART_RUN', '');
    const { fetch, rampart } = client({ runtime: fastRuntime(() => 0) });
    await rampart.exec('ls');
    await rampart.preflight('exec', { command: 'ls' });
    const bodies = [sentBy(fetch, 0).body, sentBy(fetch, 1).body];
    expect(bodies.every(({ run_id, tool_call_id }) => run_id && tool_call_id)).toBe(true);
    expect(bodies[0]?.run_id).toBe(bodies[1]?.run_id);
    expect(bodies[0]?.tool_call_id).not.toBe(bodies[1]?.tool_call_id);
  });

  it.each([
    ['http over a network', { url: 'http://gateway.example' }, 'would carry the token unencrypted'],
    ['credentials in the URL', { url: 'http://me:pw@localhost:9090' }, 'must not hold a user name or password'],
    ['a query', { url: 'http://localhost:9090/?a=1' }, 'must not have a query or a fragment'],
    ['another protocol', { url: 'ftp://localhost' }, 'must start with http:// or https://'],
    ['a relative URL', { url: 'localhost:9090/x y' }, 'url'],
    ['an empty token', { token: ' ' }, 'token must not be empty'],
    ['timeout, whose unit nobody can guess', { timeout: 30 }, 'Use "timeoutMs"'],
    ['an option that does not exist', { sesion: 's' }, 'Did you mean "session"'],
  ])('refuses %s', (_what, options, message) => {
    const make = () => Reflect.construct(RampartClient, [options]);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(message);
  });

  it.each([
    { url: 'https://gateway.example' },
    { url: 'http://127.0.0.1:1' },
    { url: 'http://[::1]:1' },
    { url: 'http://gateway.example', allowInsecure: true },
  ])('accepts $url', (options) => {
    expect(() => new RampartClient(options)).not.toThrow();
  });

  it('says how to give a token when a call needs one', async () => {
    vi.stubEnv('RAMPART_TOKEN', '');
    await expect(new RampartClient({ telemetry: false }).exec('ls')).rejects.toThrow('RAMPART_TOKEN');
  });
});

describe('new RampartClient(): types', () => {
  it.each([
    ['agent', { agent: 5 }, 'agent must be a string, and not 5'],
    ['an empty run id', { runId: '' }, 'runId must not be empty'],
    ['fetch', { fetch: 5 }, 'fetch must be a function, and not 5'],
    ['middleware', { middleware: {} }, 'middleware must be an array of functions'],
    ['logger', { logger: {} }, 'logger must have the methods debug, info, warn, error'],
    ['a number in quotes', { timeoutMs: '5' }, 'timeoutMs must be a number of at least 1, and not "5"'],
    ['token', { token: 5 }, 'token must be a string, and not a number'],
    ['url', { url: 5 }, 'url must be a string, and not 5'],
    ['allowInsecure', { allowInsecure: 'no' }, 'allowInsecure must be true or false, and not "no"'],
    ['null for the options', null, 'The options of RampartClient must be an object, and not null'],
  ])('refuses %s', (_what, options, message) => {
    const make = () => Reflect.construct(RampartClient, [options]);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(message);
  });
});
