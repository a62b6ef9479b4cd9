import { PolicyDeniedError as CorePolicyDeniedError, type Governor, SallyportError } from '@sallyport/core';
import { MeshGuardError, PolicyDeniedError, RateLimitError } from '@sallyport/meshguard';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Mesh, startMesh } from '../support/mesh.js';
import { settings } from '../support/settings.js';

const policy = (name: string, rules: readonly object[], more: object = {}) => ({
  name,
  version: '1',
  appliesTo: { tags: ['development'] },
  rules,
  defaultEffect: 'deny',
  ...more,
});

describe.each(settings)('decisions ($name)', ({ store, clients }) => {
  let mesh: Mesh;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    mesh = await startMesh({ store: kept.address, clients: { maxRetries: 0, ...clients } });
  });
  beforeEach(() => mesh.dev('reset'));
  afterAll(async () => {
    await mesh.close();
    await remove();
  });

  test('a denial says the same in status, head and body, and the body has both forms of it', async () => {
    const headers = { 'X-MeshGuard-Trace-ID': 'trace-17' };
    const { status, body, headers: head } = await mesh.send('GET', '/proxy/check', { action: 'delete:x', headers });
    expect(status).toBe(403);
    expect(body).toEqual({
      error: 'Forbidden',
      message: 'Deleting is not allowed',
      reason: 'Deleting is not allowed',
      allowed: false,
      decision: 'deny',
      action: 'delete:x',
      policy: 'development',
      rule: 'no-deletes',
      traceId: 'trace-17',
      trace_id: 'trace-17',
    });
    const told = ['decision', 'policy', 'trace-id', 'agent-id'].map((name) => head.get(`x-meshguard-${name}`));
    expect(told).toEqual(['deny', 'development', 'trace-17', 'agent_demo']);
  });

  test('a trace id is echoed under either name, and made where none is given or it could not be sent back', async () => {
    const traceOf = async (headers: Readonly<Record<string, string>>) => {
      const answer = await mesh.send('GET', '/proxy/check', { action: 'read:x', headers });
      return answer.headers.get('x-meshguard-trace-id');
    };
    expect(await traceOf({ 'X-Trace-ID': 'other-1' })).toBe('other-1');
    expect(await traceOf({ 'X-MeshGuard-Trace-ID': 'own-1', 'X-Trace-ID': 'other-1' })).toBe('own-1');
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    for (const given of [{}, { 'X-Trace-ID': 'a, b' }, { 'X-Trace-ID': 'x'.repeat(300) }]) {
      expect(await traceOf(given)).toMatch(uuid);
    }
  });

  test('enforce throws an error of both families, which says what was refused and why', async () => {
    const error = await caught(mesh.agent.enforce('delete:database', { resource: 'customers' }));
    for (const type of [PolicyDeniedError, MeshGuardError, CorePolicyDeniedError, SallyportError]) {
      expect(error).toBeInstanceOf(type);
    }
    expect(error).toMatchObject({
      code: 'policy_denied',
      message: expect.stringContaining(
        "Action 'delete:database' denied by policy 'development' (rule: no-deletes): Deleting is not allowed",
      ),
      decision: { allowed: false, resource: 'customers' },
      approvalId: undefined,
    });
  });

  test('govern runs nothing that is refused, and hands on what the function returns or throws', async () => {
    const ran: string[] = [];
    const run = (what: string) => () => ran.push(what);
    expect(await caught(mesh.agent.govern('delete:x', run('deleted')))).toBeInstanceOf(PolicyDeniedError);
    expect(await caught(mesh.agent.govern('delete:x'))).toBeInstanceOf(PolicyDeniedError);
    await mesh.agent.govern('write:email', run('sent'));
    expect(ran).toEqual(['sent']);
    const failing = mesh.agent.govern('write:email', () => Promise.reject(new RangeError('its own')));
    expect(await caught(failing)).toEqual(new RangeError('its own'));
  });

  test('the scope form holds the permission, and leaves the block’s own error alone', async () => {
    const block = async () => {
      await using decision = await mesh.agent.govern('write:email');
      expect(decision).toMatchObject({ allowed: true, traceId: 'trace-1' });
      throw new RangeError('its own');
    };
    expect(await caught(block())).toEqual(new RangeError('its own'));
  });

  test('the first rule of a policy that matches counts', async () => {
    const rules = [
      { effect: 'allow', actions: ['read:secrets'] },
      { effect: 'deny', actions: ['read:*'] },
      { effect: 'allow', actions: ['*'] },
    ];
    await mesh.admin.applyPolicy(policy('development', rules));
    const verdicts = await Promise.all(
      ['read:secrets', 'read:other', 'write:x'].map(async (action) => (await mesh.agent.check(action)).rule),
    );
    expect(verdicts).toEqual(['rule-1', 'rule-2', 'rule-3']);
  });

  test('of several policies any explicit deny wins, then any allow, then a default of deny', async () => {
    await mesh.admin.applyPolicy(policy('second', [{ effect: 'deny', actions: ['read:salaries'] }]));
    expect(await mesh.agent.check('read:salaries')).toMatchObject({ allowed: false, policy: 'second' });
    expect(await mesh.agent.check('read:contacts')).toMatchObject({ allowed: true, policy: 'development' });
    const allow = { defaultEffect: 'allow' };
    await mesh.admin.applyPolicy(policy('second', [{ effect: 'deny', actions: ['nothing'] }], allow));
    expect(await mesh.agent.check('other:x')).toMatchObject({ allowed: false, rule: 'default-deny' });
    await mesh.admin.deletePolicy('development');
    expect(await mesh.agent.check('other:x')).toMatchObject({ allowed: true, rule: 'default-allow' });
  });

  test('conditions see resource, context and agent; what nobody knows grants nothing and lifts nothing', async () => {
    const rules = [
      { name: 'odd-deny', effect: 'deny', actions: ['write:odd'], conditions: { phase_of_moon: 'full' } },
      { name: 'odd-allow', effect: 'allow', actions: ['write:strange'], conditions: { phase_of_moon: 'full' } },
      {
        name: 'cheap',
        effect: 'allow',
        actions: ['write:*'],
        conditions: { amount_max: 50, 'resource.matches': 'inv/*' },
      },
    ];
    await mesh.admin.applyPolicy(policy('development', rules));
    const check = async (action: string, amount?: unknown, resource = 'inv/1') => {
      const context = amount === undefined ? {} : { amount };
      return (await mesh.agent.check(action, { resource, context })).allowed;
    };
    expect(await check('write:order', 50)).toBe(true);
    expect(await check('write:order', 51)).toBe(false);
    expect(await check('write:order', '1')).toBe(false);
    expect(await check('write:order')).toBe(false);
    expect(await check('write:order', 1, 'other/1')).toBe(false);
    expect(await check('write:odd', 1)).toBe(false);
    expect(await check('write:strange', 99)).toBe(false);
  });

  test('a limit of a policy is held, and says when to come back; the next minute begins anew', async () => {
    await mesh.admin.applyPolicy(
      policy('development', [{ effect: 'allow', actions: ['*'] }], { rateLimits: { requestsPerMinute: 3 } }),
    );
    const now = Number((await mesh.dev('clock', { advanceMs: 1 }))['now']);
    await mesh.dev('clock', { advanceMs: 60_000 - (now % 60_000) });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => mesh.send('GET', '/proxy/check', { action: 'x' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429, 429, 429, 429]);
    const limited = answers.find(({ status }) => status === 429);
    expect(limited?.body).toMatchObject({ error: 'rate_limited', retry_after: 60, limit: '3 requests per minute' });
    expect(limited?.headers.get('retry-after')).toBe('60');
    const error = await caught(mesh.agent.check('read:x'));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfterMs: 60_000 });
    await mesh.dev('clock', { advanceMs: 60_000 });
    expect((await mesh.agent.check('read:x')).allowed).toBe(true);
  });

  test('a changed tier or tag counts from the next call on, under the same token', async () => {
    await mesh.admin.applyPolicy(
      policy('trusted', [{ effect: 'allow', actions: ['deploy:*'] }], { appliesTo: { trustTiers: ['trusted'] } }),
    );
    expect((await mesh.agent.check('deploy:site')).allowed).toBe(false);
    await mesh.admin.updateAgent('agent_demo', { trustTier: 'trusted' });
    expect(await mesh.agent.check('deploy:site')).toMatchObject({ allowed: true, policy: 'trusted' });
    await mesh.admin.updateAgent('agent_demo', { tags: [] });
    expect((await mesh.agent.check('read:contacts')).allowed).toBe(false);
  });

  test('the same idempotency key gets the same answer, is counted once, and stands for no other call', async () => {
    const options = { idempotencyKey: 'key-1' };
    const first = await mesh.agent.check('read:x', options);
    await mesh.dev('clock', { advanceMs: 5_000 });
    expect(await mesh.agent.check('read:x', options)).toEqual(first);
    expect((await mesh.admin.auditStats()).total).toBe(1);
    expect(await caught(mesh.agent.check('read:y', options))).toMatchObject({ status: 422 });
  });

  test('as a governor it decides by operation and tool', async () => {
    const governor: Governor = mesh.agent.asGovernor();
    const decision = await governor.decide({ tool: 'email', operation: 'write', input: { to: 'a' } });
    expect(decision).toMatchObject({ outcome: 'allow', governor: 'meshguard', native: { action: 'write:email' } });
    const [entry] = await mesh.admin.getAuditLog();
    expect(entry).toMatchObject({ action: 'write:email', metadata: { to: 'a' } });
  });
});

describe('modes', () => {
  test('audit lets everything pass, and records what policy says', async () => {
    const mesh = await startMesh({ meshguard: { mode: 'audit' } });
    expect(await mesh.agent.check('delete:x')).toMatchObject({ allowed: true, mode: 'audit' });
    expect(await mesh.agent.check('write:payments')).toMatchObject({ allowed: true });
    expect((await mesh.agent.delete('/api/records/123')).status).toBe(200);
    const { body } = await mesh.send('GET', '/admin/audit?decision=deny', { admin: true });
    expect(body['entries']).toMatchObject([
      { action: 'delete:api/records/123', decision: 'deny', enforced: false },
      { action: 'write:payments', enforced: false },
      { action: 'delete:x', decision: 'deny', enforced: false, rule: 'no-deletes' },
    ]);
    expect((await mesh.send('GET', '/admin/approvals', { admin: true })).body).toEqual({ approvals: [] });
    expect(await mesh.agent.health()).toMatchObject({ mode: 'audit' });
    await mesh.close();
  });

  test('bypass asks no policy', async () => {
    const mesh = await startMesh({ meshguard: { mode: 'bypass' } });
    expect(await mesh.agent.check('delete:x')).toMatchObject({ allowed: true, policy: 'bypass', mode: 'bypass' });
    await mesh.close();
  });
});
