import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AegisRig, proposalOf, startAegis } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import { storeSettings } from '../support/settings.js';

const MINUTE = 60_000;

describe.each(storeSettings)('capabilities and grants ($name)', ({ store }) => {
  let rig: AegisRig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startAegis({ store: kept.address, aegis: { aggregateLimit: false } });
  });
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  const ask = (actor: string, capability = 'file.read') => rig.agent.propose(proposalOf(capability, { actor }));
  const outcome = async (actor: string, capability?: string) => (await ask(actor, capability)).outcome;
  /** Moves the gateway's clock forward to a time of day, UTC. */
  const until = async (time: string) => {
    const { now } = await rig.dev('clock', { advanceMs: 0 });
    const [hour = '', minute = ''] = time.split(':');
    const at = new Date(Number(now));
    at.setUTCHours(Number(hour), Number(minute), 0, 0);
    if (at.getTime() < Number(now)) at.setUTCDate(at.getUTCDate() + 1);
    await rig.dev('clock', { advanceMs: at.getTime() - Number(now) });
  };

  test('a grant counts until it expires', async () => {
    const { now } = await rig.dev('clock', { advanceMs: 0 });
    const expiresAt = new Date(Number(now) + 10 * MINUTE).toISOString();
    await rig.admin.grants.create('visitor', { capability: 'file.read', expiresAt });
    expect(await outcome('visitor')).toBe('ALLOW');
    await rig.dev('clock', { advanceMs: 10 * MINUTE });
    expect(await ask('visitor')).toMatchObject({ outcome: 'DENY', reason: expect.stringContaining('Agent lacks') });
  });

  test('a grant that has expired already is refused', async () => {
    const past = { capability: 'file.read', expiresAt: '2020-01-01T00:00:00Z' };
    expect(await caught(rig.admin.grants.create('late', past))).toMatchObject({ errorCode: 'AEGIS-REQ-002' });
  });

  test('a time window allows within it, and denies outside of it', async () => {
    const timeWindow = { start: '09:00', end: '17:00', timezone: 'UTC' };
    await rig.admin.grants.create('clerk', { capability: 'file.read', constraints: { timeWindow } });
    const answers: unknown[] = [];
    for (const time of ['08:59', '09:00', '16:59', '17:01']) {
      await until(time);
      answers.push([time, await outcome('clerk')]);
    }
    expect(answers).toEqual([
      ['08:59', 'DENY'],
      ['09:00', 'ALLOW'],
      ['16:59', 'ALLOW'],
      ['17:01', 'DENY'],
    ]);
  });

  test('a time window in a time zone is one of that zone', async () => {
    const timeWindow = { start: '09:00', end: '17:00', timezone: 'Asia/Tokyo' };
    await rig.admin.grants.create('tokyo', { capability: 'file.read', constraints: { timeWindow } });
    await until('00:30');
    expect(await outcome('tokyo')).toBe('ALLOW');
    await until('09:30');
    expect(await outcome('tokyo')).toBe('DENY');
  });

  test('a window that begins later than it ends goes past midnight', async () => {
    const timeWindow = { start: '22:00', end: '06:00', timezone: 'UTC' };
    await rig.admin.grants.create('night', { capability: 'file.read', constraints: { timeWindow } });
    const answers: unknown[] = [];
    for (const time of ['21:30', '23:00', '05:00', '12:00']) {
      await until(time);
      answers.push(await outcome('night'));
    }
    expect(answers).toEqual(['DENY', 'ALLOW', 'ALLOW', 'DENY']);
  });

  test('a rate limit of a grant is a denial with status 200, and slides', async () => {
    const rateLimit = { maxRequests: 2, windowSeconds: 600 };
    await rig.admin.grants.create('hasty', { capability: 'file.read', constraints: { rateLimit } });
    await rig.admin.grants.create('hasty', { capability: 'network.fetch' });
    expect([await outcome('hasty'), await outcome('hasty')]).toEqual(['ALLOW', 'ALLOW']);
    const { data, meta } = await rig.agent.propose(proposalOf('file.read', { actor: 'hasty' })).withResponse();
    expect([meta.status, data.outcome, data.reason]).toEqual([200, 'DENY', expect.stringMatching(/rate limit/i)]);
    // Of one actor and one capability.
    expect(await outcome('hasty', 'network.fetch')).toBe('ESCALATE');
    await rig.dev('clock', { advanceMs: 601_000 });
    expect(await outcome('hasty')).toBe('ALLOW');
  });

  test('of many proposals at once as many are allowed as the grant has left', async () => {
    const rateLimit = { maxRequests: 3, windowSeconds: 600 };
    await rig.admin.grants.create('swarm', { capability: 'file.read', constraints: { rateLimit } });
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcome('swarm')));
    expect(outcomes.filter((one) => one === 'ALLOW')).toHaveLength(3);
  });

  test('a new grant replaces the old one of the same capability', async () => {
    await rig.admin.grants.create('promoted', {
      capability: 'file.read',
      constraints: { rateLimit: { maxRequests: 1, windowSeconds: 600 } },
    });
    await outcome('promoted');
    expect(await outcome('promoted')).toBe('DENY');
    await rig.admin.grants.create('promoted', { capability: 'file.read' });
    expect(await outcome('promoted')).toBe('ALLOW');
    expect((await rig.agent.grants.list('promoted')).total).toBe(1);
  });

  test('a revoked grant counts no more, at once; revoking nothing is no matter', async () => {
    await rig.admin.grants.create('leaver', { capability: 'file.read' });
    expect(await outcome('leaver')).toBe('ALLOW');
    await rig.admin.grants.revoke('leaver', 'file.read');
    expect(await outcome('leaver')).toBe('DENY');
    await rig.admin.grants.revoke('leaver', 'file.read');
    const revoked = await rig.admin.audit.log({ eventType: 'actor.grant.revoked', capability: 'file.read' });
    expect(revoked.entries).toHaveLength(1);
  });

  test('all grants of an actor are listed, however many there are', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `many.op${String(index).padStart(2, '0')}`);
    for (const name of names) {
      await rig.admin.capabilities.register({ name });
      await rig.admin.grants.create('collector', { capability: name });
    }
    const listed: string[] = [];
    for await (const { capability } of rig.agent.grants.list('collector')) listed.push(capability);
    expect(listed).toEqual(names);
    const capabilities: string[] = [];
    for await (const { name } of rig.agent.capabilities.list({ limit: 7 })) capabilities.push(name);
    expect(capabilities).toEqual(expect.arrayContaining(names));
    expect(new Set(capabilities).size).toBe(capabilities.length);
  });

  test.each<[what: string, params: object, code: string]>([
    ['an unknown capability', { capability: 'nobody.knows' }, 'AEGIS-CAP-004'],
    ['a time that is none', { capability: 'file.read', expiresAt: 'tomorrow' }, 'AEGIS-REQ-002'],
    [
      'a window of no time of day',
      { capability: 'file.read', constraints: { timeWindow: { start: '25:00', end: '9' } } },
      'AEGIS-REQ-002',
    ],
    [
      'a time zone that is none',
      { capability: 'file.read', constraints: { timeWindow: { start: '09:00', end: '10:00', timezone: 'Mars/Base' } } },
      'AEGIS-REQ-002',
    ],
    [
      'a rate of nothing',
      { capability: 'file.read', constraints: { rateLimit: { maxRequests: 0, windowSeconds: 60 } } },
      'AEGIS-REQ-002',
    ],
  ])('a grant with %s is refused', async (_what, params, errorCode) => {
    const body: Parameters<typeof rig.admin.grants.create>[1] = { capability: '', ...params };
    expect(await caught(rig.admin.grants.create('demo-agent', body))).toMatchObject({ errorCode });
  });

  test.each<[what: string, params: object, status: number]>([
    ['a name that is known', { name: 'file.read' }, 409],
    ['a malformed name', { name: 'File Read' }, 400],
    ['an unknown risk level', { name: 'x.y', riskLevel: 'extreme' }, 400],
    ['a schema that is none', { name: 'x.y', parameterSchema: { type: 'nothing' } }, 400],
  ])('a capability with %s is refused', async (_what, params, status) => {
    const body: Parameters<typeof rig.admin.capabilities.register>[0] = { name: '', ...params };
    expect(await caught(rig.admin.capabilities.register(body))).toMatchObject({ status });
  });

  test('changes of capabilities, grants and policies are in the log', async () => {
    const { entries } = await rig.admin.audit.log({ eventType: 'actor.grant.created', limit: 1 });
    expect(entries).toMatchObject([{ eventType: 'actor.grant.created', capability: expect.any(String) }]);
    await rig.admin.capabilities.register({ name: 'logged.capability' });
    const registered = await rig.admin.audit.log({ eventType: 'capability.registered', limit: 1 });
    expect(registered.entries).toMatchObject([{ capability: 'logged.capability' }]);
  });
});
