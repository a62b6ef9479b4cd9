import type { AuditEntry, AuditQuery } from '@sallyport/meshguard';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Mesh, startMesh } from '../support/mesh.js';
import { settings } from '../support/settings.js';

const SECRET = `AKIA${'Z'.repeat(16)}`;
const HOUR = 3_600_000;

describe.each(settings)('the audit log ($name)', ({ store, clients }) => {
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

  const read = async (query: AuditQuery) => (await mesh.admin.getAuditLog(query)).map(({ action }) => action);
  const raw = (query: string) => mesh.send('GET', `/admin/audit${query}`, { admin: true });

  test('comes newest first, in pages; none is given twice while others are written', async () => {
    const actions = Array.from({ length: 7 }, (_, index) => `read:${index}`);
    for (const action of actions) await mesh.agent.check(action);
    const newest = [...actions].reverse();
    expect(await read({ limit: 3 })).toEqual(newest.slice(0, 3));
    const seen: string[] = [];
    for await (const { action } of mesh.admin.getAuditLog({ limit: 2 })) {
      if (seen.push(action) < 4) await mesh.agent.check('write:email');
    }
    expect(seen).toEqual(newest);
  });

  test('is filtered by decision, agent, action and trace', async () => {
    const { id, token } = await mesh.admin.createAgent({ name: 'other', tags: ['development'] });
    await mesh.agent.check('read:a');
    await mesh.agent.check('delete:b');
    await mesh.client({ agentToken: token }).check('read:c', { traceId: 'trace-of-other' });
    expect(await read({ decision: 'deny' })).toEqual(['delete:b']);
    expect(await read({ decision: 'allow' })).toEqual(['read:c', 'read:a']);
    expect(await read({ agentId: id })).toEqual(['read:c']);
    expect(await read({ action: 'read:a' })).toEqual(['read:a']);
    expect(await read({ agentId: id, decision: 'deny' })).toEqual([]);
    expect((await raw('?traceId=trace-of-other')).body['entries']).toMatchObject([{ action: 'read:c' }]);
  });

  test('is filtered by time; both ends belong to the range', async () => {
    const entries: AuditEntry[] = [];
    for (const action of ['read:0', 'read:1', 'read:2']) {
      await mesh.agent.check(action);
      entries.push(...(await mesh.admin.getAuditLog({ limit: 1 })));
      await mesh.dev('clock', { advanceMs: 60_000 });
    }
    const [first, second, third] = entries.map(({ timestamp }) => timestamp);
    if (first === undefined || second === undefined || third === undefined) throw new Error('entries are missing');
    expect(await read({ from: second })).toEqual(['read:2', 'read:1']);
    expect(await read({ to: second })).toEqual(['read:1', 'read:0']);
    expect(await read({ from: second, to: second })).toEqual(['read:1']);
    expect(await read({ from: third, to: first })).toEqual([]);
  });

  test('a wrong limit is the default, and too large a one the most there is; an unknown decision is refused', async () => {
    await Promise.all(Array.from({ length: 55 }, (_, index) => mesh.agent.check(`read:${index}`)));
    const count = async (query: string) => {
      const { entries } = (await raw(query)).body;
      return Array.isArray(entries) ? entries.length : undefined;
    };
    for (const query of ['', '?limit=0', '?limit=-1', '?limit=many', '?limit=']) expect(await count(query)).toBe(50);
    expect(await count('?limit=9999')).toBe(55);
    expect((await raw('?decision=maybe')).status).toBe(400);
    expect((await raw('?from=yesterday')).status).toBe(400);
    expect(await caught(Promise.resolve(mesh.admin.getAuditLog({ limit: 1001 })))).toMatchObject({
      code: 'configuration',
    });
  });

  test('every question is in it once: checks, enforcement, proxied requests, and what waits for a human', async () => {
    await mesh.agent.check('read:a');
    await mesh.agent.enforce('write:email');
    await (await mesh.agent.get('/api/contacts', { action: 'read:contacts' })).text();
    await mesh.agent.check('write:payments');
    await caught(mesh.agent.enforce('delete:x'));
    const { body } = await raw('');
    expect(body['entries']).toMatchObject([
      { action: 'delete:x', decision: 'deny', result: 'deny' },
      { action: 'write:payments', decision: 'deny', approvalId: expect.stringMatching(/^appr_/) },
      { action: 'read:contacts', decision: 'allow', method: 'GET', path: '/api/contacts', statusCode: 200 },
      { action: 'write:email', decision: 'allow', policyName: 'development' },
      { action: 'read:a', decision: 'allow', policy: 'development', rule: 'reads' },
    ]);
    expect(await mesh.admin.auditStats()).toEqual({ total: 5, allowed: 3, denied: 2, period: '24h' });
    await mesh.dev('clock', { advanceMs: 23 * HOUR });
    expect((await mesh.admin.auditStats()).total).toBe(5);
  });

  test('what was refused at the door is not in it: nobody was asked', async () => {
    await mesh.send('GET', '/proxy/check', { token: 'nobody', action: 'read:x' });
    await mesh.send('GET', '/proxy/check', { action: 'a,b' });
    expect(await read({})).toEqual([]);
  });

  test('holds no secret of a call', async () => {
    await mesh.agent.check('read:x', {
      context: { password: 'hunter22', note: `key ${SECRET}` },
      resource: `s/${SECRET}`,
    });
    await (await mesh.agent.get(`/api/contacts?api_key=${SECRET}`, { action: 'read:x' })).text();
    await mesh.agent.logAudit({ action: 'read:x', result: 'success', details: { token: SECRET } });
    const exported = await mesh.send('GET', '/sallyport/v1/log/meshguard/export', { token: mesh.tokens.admin });
    expect(exported.text.split('\n')).toHaveLength(4);
    expect(exported.text).not.toContain(SECRET);
    expect(exported.text).not.toContain('hunter22');
    expect((await raw('')).text).not.toContain(SECRET);
  });

  test('an agent enters what it likes about itself, and nothing about others', async () => {
    const entry = { agentId: 'agent_abc123', action: 'report:x', result: 'allow', details: { a: 1 }, id: 'mine' };
    expect((await mesh.send('POST', '/proxy/audit', { body: entry })).status).toBe(201);
    expect((await raw('?limit=1')).body['entries']).toMatchObject([
      { agentId: 'agent_demo', action: 'report:x', metadata: { a: 1, entryId: 'mine' } },
    ]);
  });

  test('changes by admins are in a log of their own, with what was before and after', async () => {
    const { id } = await mesh.admin.createAgent({ name: 'changing' });
    await mesh.admin.updateAgent(id, { tags: ['a'] });
    await mesh.admin.rotateToken(id);
    await mesh.admin.revokeAgent(id);
    await mesh.admin.applyPolicy({ name: 'p', rules: [{ effect: 'deny', actions: ['x'] }] });
    await mesh.admin.deletePolicy('p');
    const { body } = await mesh.send('GET', '/admin/audit/events', { admin: true });
    const events = Array.isArray(body['events']) ? body['events'] : [];
    expect(events.map(({ type }) => type)).toEqual([
      'policy.deleted',
      'policy.applied',
      'agent.revoked',
      'agent.token_rotated',
      'agent.updated',
      'agent.created',
    ]);
    expect(events[4]).toMatchObject({ subject: id, data: { before: { tags: [] }, after: { tags: ['a'] } } });
    expect(JSON.stringify(events)).not.toMatch(/ey[\w-]+\.[\w-]+\./);
    expect(await read({})).toEqual([]);
  });
});
