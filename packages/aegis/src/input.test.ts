import { afterEach, describe, expect, it, vi } from 'vitest';
import { AegisClient } from './client.js';
import { AegisError } from './errors.js';
import { answering, proposalOf } from './fixture/setup.js';

async function refusal(member: string, ...args: readonly unknown[]): Promise<string> {
  const { client, sent } = answering([() => Response.json({})]);
  const [owner = '', method] = member.split('.');
  const target: object = method === undefined ? client : Reflect.get(client, owner);
  const call = async (): Promise<unknown> => Reflect.apply(Reflect.get(target, method ?? owner), target, args);
  const thrown: unknown = await call().catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'configuration' });
  expect(thrown).toBeInstanceOf(AegisError);
  expect(sent).toEqual([]);
  return String(thrown);
}

const actor = { id: 'agent-001', type: 'ai-agent' };

describe('what cannot be sent is refused before anything is sent', () => {
  it.each([
    ['propose', [], 'must be an object, and not undefined'],
    ['propose', [{ action: { capability: 'a.b' } }], 'actor must be a plain object'],
    ['propose', [{ actor: { id: '' }, action: { capability: 'a.b' } }], 'actor.id must not be empty'],
    ['propose', [{ actor: { id: 'a' }, action: { capability: 'a.b' } }], 'actor.type must be a string'],
    ['propose', [{ actor }], 'action must be a plain object'],
    ['propose', [{ actor, action: {} }], 'action.capability must be a string'],
    ['propose', [{ actor, action: { capability: 'a.b', parameters: [] } }], 'action.parameters must be a plain object'],
    ['propose', [{ ...proposalOf('a.b'), context: 'x' }], 'context must be a plain object'],
    ['propose', [{ ...proposalOf('a.b'), request_id: 'x' }], 'Did you mean "requestId"?'],
    ['propose', [proposalOf('a.b'), { timeout: 5 }], 'Use "timeoutMs"'],
    ['confirm', [{ constraints: {} }, proposalOf('a.b')], 'no confirmation token'],
    ['waitForEscalation', [{ decisionId: 'd', outcome: 'DENY', constraints: {} }], 'waits for no operator'],
    ['reportExecution', ['dec_1'], 'report must be a plain object'],
    ['escalations.respond', ['esc_1'], 'verdict must be a plain object'],
    ['capabilities.register', [], 'params must be a plain object'],
    ['policies.create', [{ name: 'x' }], 'rules must be an array'],
    ['policies.update', ['..', { name: 'x', rules: [] }], 'hold no "." or ".." segment'],
    ['grants.create', ['agent-001'], 'params must be a plain object'],
    ['capabilities.register', [{ name: 'a.b', risklevel: 'high' }], 'Did you mean "riskLevel"?'],
    ['policies.create', [{ name: 'x', rules: [], enabeld: false }], 'Did you mean "enabled"?'],
    ['policies.create', [{ name: 'x', rules: [{ condtion: 'false' }] }], 'Did you mean "condition"?'],
    ['policies.create', [{ name: 'x', rules: [null] }], 'rules[0] must be a plain object'],
    ['policies.update', ['pol_1', { name: 'x', rules: [{ condtion: 'false' }] }], 'Did you mean "condition"?'],
    ['grants.create', ['agent-001', { capability: 'a.b', expires: 'x' }], 'A grant has no option "expires"'],
    ['grants.create', ['agent-001', { constraints: { rateLimits: {} } }], 'Did you mean "rateLimit"?'],
    ['grants.create', ['agent-001', { constraints: { rateLimit: { max: 1 } } }], 'A rate limit has no option "max"'],
    ['grants.create', ['agent-001', { constraints: { timeWindow: { zone: 'UTC' } } }], 'A time window has no option'],
    ['governed', [''], 'capability must not be empty'],
    ['governed', ['a.b', { actr: 1 }], 'Did you mean "actor"?'],
    ['requireGovernance', ['a.b', { actorID: 1 }], 'Did you mean "actorId"?'],
    ['health', [{ retry: 1 }], 'has no option "retry"'],
  ])('%s(…%j)', async (method, args, message) => {
    expect(await refusal(method, ...args)).toContain(message);
  });
});

it.each([
  ['a bigint', 1n, 'action.parameters.n is a bigint'],
  ['a date', new Date(0), 'action.parameters.n is a Date'],
  ['a number that JSON lacks', Number.NaN, 'action.parameters.n is NaN'],
  ['undefined', undefined, 'action.parameters.n is undefined'],
] as const)('%s among the parameters is refused before anything is sent', async (_what, n, message) => {
  expect(await refusal('propose', { actor, action: { capability: 'a.b', parameters: { n } } })).toContain(message);
});

describe('the options of the client', () => {
  afterEach(() => vi.unstubAllEnvs());

  const endpoint = 'http://localhost:9090';

  it.each([
    ['no endpoint', { apiKey: 'k' }, 'needs the address of the platform'],
    ['no key', { endpoint }, 'needs an API key'],
    ['timeout, whose unit nobody can guess', { endpoint, apiKey: 'k', timeout: 30 }, 'Use "timeoutMs"'],
    [
      'retryDelay, whose unit nobody can guess',
      { endpoint, apiKey: 'k', retryDelay: 1 },
      'Did you mean "retryDelayMs"?',
    ],
    ['a delay that is none', { endpoint, apiKey: 'k', retryDelayMs: -1 }, 'retryDelayMs must be a number'],
    ['two delays', { endpoint, apiKey: 'k', retryDelayMs: 5, backoff: { baseMs: 1, capMs: 1 } }, 'and not both'],
    ['plain http beyond this machine', { endpoint: 'http://aegis.test', apiKey: 'k' }, 'Use https'],
    ['null', null, 'must be an object, and not null'],
  ])('refuse %s', (_what, options, message) => {
    const make = () => Reflect.construct(AegisClient, [options]);
    expect(make).toThrow(AegisError);
    expect(make).toThrow(message);
  });

  it('come from the environment where they are not given', async () => {
    vi.stubEnv('AEGIS_ENDPOINT', 'https://aegis.test/');
    vi.stubEnv('AEGIS_API_KEY', 'from-env');
    vi.stubEnv('AEGIS_TIMEOUT', '1234');
    vi.stubEnv('AEGIS_RETRIES', '1');
    const { client: _, ...fake } = answering([() => new Response('{}', { status: 503 })]);
    const lines: string[] = [];
    const logger = { debug() {}, info: (line: string) => lines.push(line), warn() {}, error() {} };
    const options = { telemetry: false, runtime: fake.runtime, logger, retryDelayMs: 1 };
    const fetch = async () => new Response('{}', { status: 503 });
    const client = new AegisClient({ ...options, fetch });
    expect(client.baseUrl).toBe('https://aegis.test');
    await expect(client.decisions.get('d')).rejects.toMatchObject({ status: 503 });
    expect([lines, fake.runtime.waits.includes(1234)]).toEqual([['retrying'], true]);
    expect(new AegisClient({ endpoint }).baseUrl).toBe(endpoint);
  });

  it.each([
    ['AEGIS_TIMEOUT', '30s', 'AEGIS_TIMEOUT must be a whole number'],
    ['AEGIS_RETRIES', '-1', 'AEGIS_RETRIES must be a whole number'],
    ['AEGIS_LOG_LEVEL', 'loud', 'AEGIS_LOG_LEVEL must be one of debug, info, warn, error'],
  ])('refuse %s=%s', (name, value, message) => {
    vi.stubEnv(name, value);
    expect(() => new AegisClient({ endpoint, apiKey: 'k' })).toThrow(message);
  });

  it('write a log to standard error from AEGIS_LOG_LEVEL on, without the key', async () => {
    vi.stubEnv('AEGIS_LOG_LEVEL', 'info');
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { client } = answering([
      () => new Response('{}', { status: 503 }),
      () => Response.json({ status: 'healthy' }),
    ]);
    await client.health();
    const lines = write.mock.calls.map(([line]) => String(line));
    write.mockRestore();
    expect(lines).toEqual([expect.stringMatching(/^aegis info: retrying \{.*"aegis.health"/)]);
    expect(lines.join('')).not.toContain('aegis_sk_live_key');
  });
});
