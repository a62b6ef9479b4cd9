import { describe, expect, it } from 'vitest';
import { answering } from './fixture/setup.js';
import { VargateClient, VargateError } from './index.js';

/** Calls a method as untyped code can, with any arguments. */
async function refusal(member: string, ...args: readonly unknown[]): Promise<string> {
  const { client, sent } = answering(() => Response.json({}));
  const [owner = '', method] = member.split('.');
  const target: object = method === undefined ? client : Reflect.get(client, owner);
  const call = async (): Promise<unknown> => Reflect.apply(Reflect.get(target, method ?? owner), target, args);
  const thrown: unknown = await call().catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'configuration' });
  expect(thrown).toBeInstanceOf(VargateError);
  expect(sent).toEqual([]);
  return String(thrown);
}

const name = 'Research Assistant';

describe('what cannot be sent, or breaks a documented bound, is refused before anything is sent', () => {
  it.each([
    ['callTool', ['', 'GET', {}], 'tool must be 1 to 256'],
    ['callTool', ['a b', 'GET', {}], 'tool must be 1 to 256'],
    ['callTool', ['t'.repeat(257), 'GET', {}], 'tool must be 1 to 256'],
    ['callTool', ['http', 'a/b', {}], 'method must be 1 to 128'],
    ['callTool', ['http', 'm'.repeat(129), {}], 'method must be 1 to 128'],
    ['callTool', ['http', 'GET', []], 'params must be a plain object'],
    ['callTool', ['http', 'GET', { at: new Date(0) }], 'params.at'],
    ['callTool', ['http', 'GET', { n: 2 ** 60 }], 'pass it as a string'],
    ['callTool', ['http', 'GET', { x: 'x'.repeat(65_536) }], 'the gateway takes 65536'],
    ['callTool', ['http', 'GET', {}, { agentId: 'a' }], 'callTool has no option "agentId"'],
    ['callTool', ['http', 'GET', {}, { timeout: 30 }], 'Use "timeoutMs"'],
    ['callTool', ['http', 'GET', {}, { agent: { id: 'a b' } }], 'agent.id must be 1 to 256'],
    ['callTool', ['http', 'GET', {}, { agent: { version: '1' } }], 'agent.version must be major.minor.patch'],
    ['callTool', ['http', 'GET', {}, { agent: { type: 't'.repeat(65) } }], 'agent.type must be 1 to 64'],
    ['governedToolCall', ['http', 'GET'], 'params must be a plain object'],
    ['waitForApproval', [''], 'actionId must not be empty'],
    ['waitForApproval', ['a', { maxWait: 5 }], 'Did you mean "maxWaitMs"?'],
    ['verifyLocally', [{ proofs: 501 }], 'proofs must be a whole number from 0 to 500'],
    ['watchTree', [{ sate: {} }], 'Did you mean "state"?'],
    ['audit.log', [{ limit: 1001 }], 'limit must be a whole number from 1 to 1000'],
    ['audit.log', [{ offset: -1 }], 'offset must be a whole number'],
    ['audit.agents', [{ limit: 101 }], 'limit must be a whole number from 1 to 100'],
    ['audit.merkleRoots', [{ limit: 501 }], 'limit must be a whole number from 1 to 500'],
    ['audit.merkleProof', ['../verify'], 'recordHash must be the 64 hex digits'],
    ['audit.consistency', [2, 2], 'm must be a whole number from 3'],
    ['audit.replay', [{ recordNumber: 0 }], 'recordNumber must be a whole number from 1'],
    ['audit.replay', [''], 'actionId must not be empty'],
    ['audit.replayBulk', [{ count: 0 }], 'count must be a whole number from 1'],
    ['audit.erase', ['..'], 'hold no "." or ".." segment'],
    ['approvals.approve', [''], 'must not be empty'],
    ['approvals.reject', ['a', { note: 'x' }], 'has no option "note"'],
    ['managedAgents.create', [{}], 'name must be a string'],
    ['managedAgents.create', [{ name: 'n'.repeat(257) }], 'name must be a text of 1 to 256 characters'],
    ['managedAgents.create', [{ name, allowed_tools: [] }], 'Did you mean "allowedTools"?'],
    ['managedAgents.create', [{ name, allowedTools: 'vargate_send_email' }], 'allowedTools must be a list of texts'],
    ['managedAgents.create', [{ name, requireHumanApproval: [5] }], 'requireHumanApproval must be a list of texts'],
    ['managedAgents.create', [{ name, maxSessionHours: 0.05 }], 'maxSessionHours must be a number from 0.1 to 24'],
    ['managedAgents.create', [{ name, maxSessionHours: 24.5 }], 'maxSessionHours must be a number from 0.1 to 24'],
    ['managedAgents.create', [{ name, maxSessionHours: Number.NaN }], 'maxSessionHours must be a number'],
    ['managedAgents.create', [{ name, maxDailySessions: 0 }], 'maxDailySessions must be a whole number from 1 to 1000'],
    [
      'managedAgents.create',
      [{ name, maxDailySessions: 1001 }],
      'maxDailySessions must be a whole number from 1 to 1000',
    ],
    [
      'managedAgents.create',
      [{ name, maxDelegationDepth: 6 }],
      'maxDelegationDepth must be a whole number from 1 to 5',
    ],
    ['managedAgents.create', [{ name, maxDelegationDepth: 1.5 }], 'maxDelegationDepth must be a whole number'],
    ['managedAgents.create', [{ name, governanceProfile: 'strict' }], 'governanceProfile must be a plain object'],
    ['sessions.create', [{ agent_id: 'agent-1' }], 'Did you mean "agentId"?'],
    ['sessions.create', [{}], 'agentId must be a string'],
    ['sessions.list', [{ limit: 201 }], 'limit must be a whole number from 1 to 200'],
    ['sessions.audit', ['vs-1', { limit: 1001 }], 'limit must be a whole number from 1 to 1000'],
    ['sessions.interrupt', ['vs-1', ''], 'reason must not be empty'],
    ['sessions.interrupt', ['vs-1', 'r'.repeat(1001)], 'reason must be a text of 1 to 1000 characters'],
    ['sessions.watch', ['vs-1', { pollIntervalMs: 5 }], 'pollIntervalMs must be a number from 100'],
    ['credentials.register', [{ toolId: 'anthropic' }], 'value must be a text that is not empty'],
    ['credentials.register', [{ toolId: 'anthropic', name: 'x', value: 'v' }], 'has no option "name"'],
    ['credentials.delete', ['anthropic', '..'], 'hold no "." or ".." segment'],
    ['settings.update', [{ webhook_url: 'https://x' }], 'Did you mean "webhookUrl"?'],
    ['health', [{ retry: 1 }], 'has no option "retry"'],
  ])('%s(…%j)', async (method, args, message) => {
    expect(await refusal(method, ...args)).toContain(message);
  });

  it('but what reaches a bound and does not break it is sent', async () => {
    const { client, sent } = answering(() => Response.json({ id: 'agent-1', name: 'n' }));
    await client.managedAgents.create({ name: 'n'.repeat(256), maxSessionHours: 0.1, maxDailySessions: 1000 });
    await client.managedAgents.create({ name: '💡'.repeat(256), maxSessionHours: 24, maxDelegationDepth: 5 });
    const { length } = '{"x": ""}';
    const call = client.callTool('a:b/c.d-e_f', 'm', { x: 'x'.repeat(65_536 - length) });
    await expect(call).rejects.toMatchObject({ code: 'response_validation' });
    expect(sent).toHaveLength(3);
  });

  it('keeps a faulty secret to itself', async () => {
    expect(await refusal('credentials.register', { toolId: 't', value: ['sk-secret-in-a-list'] })).not.toContain(
      'sk-secret',
    );
  });
});

describe('the options of the client', () => {
  it.each([
    ['timeout, whose unit nobody can guess', { timeout: 30 }, 'Use "timeoutMs"'],
    ['an unknown one', { baseURL: 'http://x' }, 'Did you mean "baseUrl"?'],
    ['plain http beyond this machine', { baseUrl: 'http://gateway.test' }, 'Use https, or set allowInsecure: true.'],
    ['an empty key', { apiKey: '' }, 'apiKey must not be empty'],
    ['two credentials', { apiKey: 'k', sessionToken: 't' }, 'Give apiKey or sessionToken'],
    ['an agent that is a text', { agent: 'my-agent' }, 'agent must be a plain object'],
    ['an agent with an unknown field', { agent: { name: 'x' } }, 'agent has no option "name"'],
    ['null', null, 'must be an object, and not null'],
  ])('refuse %s', (_what, options, message) => {
    const make = () => Reflect.construct(VargateClient, [options]);
    expect(make).toThrow(VargateError);
    expect(make).toThrow(message);
  });

  it('come from the environment where they are not given', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { VARGATE_URL: 'https://gateway.test/api/', VARGATE_API_KEY: 'vg-from-env' });
    try {
      const seen: Headers[] = [];
      const fetch = async (_url: string, init: RequestInit) => {
        seen.push(new Headers(init.headers));
        return Response.json({ valid: true, record_count: 0 });
      };
      await new VargateClient({ fetch, telemetry: false }).audit.verify();
      await new VargateClient({ fetch, telemetry: false, sessionToken: 'jwt' }).audit.verify();
      expect(seen.map((each) => [each.get('x-api-key'), each.get('authorization')])).toEqual([
        ['vg-from-env', null],
        [null, 'Bearer jwt'],
      ]);
      expect(new VargateClient().baseUrl).toBe('https://gateway.test/api');
    } finally {
      process.env = before;
    }
    expect(new VargateClient().baseUrl).toBe('https://vargate.ai/api');
    await expect(new VargateClient().audit.verify()).rejects.toThrow('VARGATE_API_KEY');
  });
});
