import type { MeshGuardAdmin, MeshGuardClient } from '@sallyport/meshguard';
import { expect } from 'vitest';
import { text, time } from './matchers.js';
import { DEMO_AGENT, type MethodsOf, type Trial } from './trial.js';

/** What an agent calls, and everybody. */
export const clientMethods: Record<Exclude<MethodsOf<MeshGuardClient>, MethodsOf<MeshGuardAdmin>>, Trial> = {
  async check({ agent }) {
    expect(await agent.check('read:contacts')).toEqual({
      allowed: true,
      action: 'read:contacts',
      decision: 'allow',
      policy: 'development',
      rule: 'reads',
      traceId: 'trace-1',
      trustTier: 'verified',
      mode: 'enforce',
      timestamp: time,
    });
    expect(await agent.check('delete:database', 'customers')).toEqual({
      allowed: false,
      action: 'delete:database',
      resource: 'customers',
      decision: 'deny',
      policy: 'development',
      rule: 'no-deletes',
      reason: 'Deleting is not allowed',
      traceId: 'trace-1',
    });
  },
  async enforce({ agent }) {
    expect(await agent.enforce('write:email')).toMatchObject({ allowed: true, rule: 'writes' });
    await expect(agent.enforce('delete:database')).rejects.toMatchObject({
      name: 'PolicyDeniedError',
      action: 'delete:database',
      policy: 'development',
      rule: 'no-deletes',
      reason: 'Deleting is not allowed',
      traceId: 'trace-1',
    });
  },
  async govern({ agent }) {
    expect(await agent.govern('write:email', ({ policy }) => `sent under ${policy}`)).toBe('sent under development');
    const scope = await agent.govern('write:email');
    expect(scope).toMatchObject({ allowed: true, traceId: 'trace-1' });
    await scope[Symbol.asyncDispose]();
  },
  async request({ agent }) {
    const options = { action: 'write:records', json: { status: 'updated' } };
    const response = await agent.request('PUT', '/api/records/123', options);
    expect(response).toMatchObject({ status: 200, policy: 'development', traceId: 'trace-1' });
    expect(await response.json()).toEqual({ id: '123', status: 'updated' });
  },
  async get({ agent }) {
    const response = await agent.get('/api/contacts', { action: 'read:contacts' });
    expect(await response.json()).toMatchObject({ contacts: [{ name: 'Ada Lovelace' }, { name: 'Grace Hopper' }] });
  },
  async post({ agent }) {
    const json = { to: 'user@example.com', body: 'Hello!' };
    const response = await agent.post('/api/emails', { action: 'write:email', json });
    expect([response.status, await response.json()]).toEqual([201, { id: text, ...json, status: 'sent' }]);
  },
  async put({ agent }) {
    const response = await agent.put('/api/records/7', { action: 'write:records', json: { status: 'new' } });
    expect(await response.json()).toEqual({ id: '7', status: 'new' });
  },
  async patch({ agent }) {
    await agent.put('/api/records/8', { action: 'write:records', json: { a: 1 } });
    const response = await agent.patch('/api/records/8', { action: 'write:records', json: { b: 2 } });
    expect(await response.json()).toEqual({ id: '8', a: 1, b: 2 });
  },
  async delete({ agent }) {
    await expect(agent.delete('/api/records/8')).rejects.toMatchObject({
      name: 'PolicyDeniedError',
      action: 'delete:api/records/8',
      rule: 'no-deletes',
    });
    const response = await agent.delete('/api/records/8', { action: 'write:records' });
    expect(await response.json()).toEqual({ id: '8' });
  },
  async logAudit({ agent, admin }) {
    const { id } = await agent.logAudit({ action: 'report:sent', result: 'success', details: { count: 3 } });
    const [entry] = await admin.getAuditLog({ action: 'report:sent' });
    expect(entry).toMatchObject({ id, decision: 'success', agentId: DEMO_AGENT, metadata: { count: 3 } });
  },
  async health({ client }) {
    expect(await client({}).health()).toEqual({
      status: 'healthy',
      version: text,
      mode: 'enforce',
      timestamp: time,
      uptime: expect.any(Number),
      checks: { database: 'ok', policies: 'ok' },
    });
  },
  async isHealthy({ client, url }) {
    expect(await client({}).isHealthy()).toBe(true);
    expect(await client({ gatewayUrl: `${url}/nowhere` }).isHealthy()).toBe(false);
  },
  async asGovernor({ agent }) {
    const governor = agent.asGovernor();
    const action = (operation: string, tool: string) => ({ tool, operation, input: { id: 17 } });
    expect(await governor.decide(action('read', 'contacts'))).toMatchObject({ outcome: 'allow' });
    expect(await governor.decide(action('delete', 'contacts'))).toMatchObject({
      outcome: 'deny',
      cause: 'policy',
      reason: 'Deleting is not allowed',
    });
  },
  async call({ admin }) {
    expect(await admin.call('GET', '/admin/info', { auth: 'admin' })).toMatchObject({ mode: 'enforce' });
  },
  async close({ client, tokens }) {
    const closed = client({ agentToken: tokens.agent });
    await closed.close();
    await expect(closed.check('read:contacts')).rejects.toMatchObject({ code: 'aborted' });
  },
};
