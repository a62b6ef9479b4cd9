import { describe, expect, it } from 'vitest';
import { MeshGuardClient } from './client.js';
import { MeshGuardError } from './errors.js';
import { answering } from './fixture/setup.js';

/** Calls a method as untyped code can, with any arguments. */
async function refusal(member: string, ...args: readonly unknown[]): Promise<string> {
  const { client, sent } = answering(() => Response.json({}));
  const [owner = '', method] = member.split('.');
  const target: object = method === undefined ? client : Reflect.get(client, owner);
  const call = async (): Promise<unknown> => Reflect.apply(Reflect.get(target, method ?? owner), target, args);
  const thrown: unknown = await call().catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'configuration' });
  expect(thrown).toBeInstanceOf(MeshGuardError);
  expect(sent).toEqual([]);
  return String(thrown);
}

describe('an action that no gateway could read as one is refused before anything is sent', () => {
  it.each(['', ' ', ' read:x', 'read:x, write:y', 'read:x\r\nX-Admin-Token: a', 'read:ü', 'read:\u0000', 5, undefined])(
    '%j',
    async (action) => {
      for (const method of ['check', 'enforce', 'govern']) expect(await refusal(method, action)).toContain('action');
      if (action !== undefined) expect(await refusal('get', '/x', { action })).toContain('action');
    },
  );
});

describe('what cannot be sent is refused before anything is sent', () => {
  it.each([
    ['check', ['read:x', { resorce: 'r' }], 'Did you mean "resource"?'],
    ['check', ['read:x', { timeout: 5 }], 'Use "timeoutMs"'],
    ['check', ['read:x', { resource: 'a\nb' }], 'resource must be ASCII'],
    ['check', ['read:x', { traceId: 'ü' }], 'traceId must be ASCII'],
    ['check', ['read:x', { context: [] }], 'context must be a plain object'],
    ['check', ['read:x', { context: { amount: Number.NaN } }], 'context.amount is NaN'],
    ['check', ['read:x', { context: { text: 'x'.repeat(9_000) } }], 'a header carries 8192'],
    ['get', ['/x', { acton: 'read:x' }], 'Did you mean "action"?'],
    ['get', ['', { action: 'read:x' }], 'path must not be empty'],
    ['get', ['/a/../admin/agents', { action: 'read:x' }], 'hold no "." or ".." segment'],
    ['get', ['/a/%2e%2e/admin', { action: 'read:x' }], 'hold no "." or ".." segment'],
    ['get', ['/\ud800', { action: 'read:x' }], 'surrogate'],
    ['post', ['/x', { json: {}, body: 'x' }], 'Give json or body, and not both.'],
    ['request', ['TRACE', '/x'], 'There is no method "TRACE" to proxy.'],
    ['createAgent', [{ name: 'x', trust_tier: 'verified' }], 'Did you mean "trustTier"?'],
    ['createAgent', [{}], 'name must be a string'],
    ['updateAgent', ['agent_1', { trust_tier: 'verified' }], 'Did you mean "trustTier"?'],
    ['updateAgent', ['..', { name: 'x' }], 'hold no "." or ".." segment'],
    ['getAgent', [''], 'must not be empty'],
    ['applyPolicy', [''], 'document must not be empty'],
    ['applyPolicy', [5], 'document must be a plain object'],
    ['testPolicy', [], 'params must be a plain object'],
    ['getAuditLog', [{ limit: 0 }], 'limit must be a whole number from 1 to 1000'],
    ['getAuditLog', [{ limit: 5_000 }], 'limit must be a whole number from 1 to 1000'],
    ['getAuditLog', [{ descision: 'deny' }], 'Did you mean "decision"?'],
    ['logAudit', [], 'report must be a plain object'],
    ['delegations.create', [], 'params must be a plain object'],
    ['health', [{ retry: 1 }], 'has no option "retry"'],
  ])('%s(…%j)', async (method, args, message) => {
    expect(await refusal(method, ...args)).toContain(message);
  });
});

describe('the options of the client', () => {
  it.each([
    ['timeout, whose unit nobody can guess', { timeout: 30 }, 'Use "timeoutMs"'],
    ['an unknown one', { gatewayURL: 'http://x' }, 'Did you mean "gatewayUrl"?'],
    ['plain http beyond this machine', { gatewayUrl: 'http://gateway.test' }, 'Use https, or set allowInsecure: true.'],
    ['an empty token', { agentToken: '' }, 'agentToken must not be empty'],
    ['an empty address', { gatewayUrl: '' }, 'gatewayUrl must not be empty'],
    ['a trace id that no header can carry', { traceId: 'a\nb' }, 'traceId must be ASCII'],
    ['null', null, 'must be an object, and not null'],
  ])('refuse %s', (_what, options, message) => {
    const make = () => Reflect.construct(MeshGuardClient, [options]);
    expect(make).toThrow(MeshGuardError);
    expect(make).toThrow(message);
  });

  it('come from the environment where they are not given', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      MESHGUARD_GATEWAY_URL: 'https://gateway.test/base/',
      MESHGUARD_AGENT_TOKEN: 'agent-from-env',
      MESHGUARD_ADMIN_TOKEN: 'admin-from-env',
    });
    try {
      const seen: Headers[] = [];
      const fetch = async (_url: string, init: RequestInit) => {
        seen.push(new Headers(init.headers));
        return Response.json({ policy: 'p', agents: [] });
      };
      const client = new MeshGuardClient({ fetch, telemetry: false });
      await client.check('read:x');
      await client.listAgents();
      expect(client.gatewayUrl).toBe('https://gateway.test/base');
      expect(seen[0]?.get('authorization')).toBe('Bearer agent-from-env');
      expect(seen[1]?.get('x-admin-token')).toBe('admin-from-env');
      expect(new MeshGuardClient({ gatewayUrl: 'https://other.test' }).gatewayUrl).toBe('https://other.test');
    } finally {
      process.env = before;
    }
    expect(new MeshGuardClient().gatewayUrl).toBe('https://dashboard.meshguard.app');
  });
});
