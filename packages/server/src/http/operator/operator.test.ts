import { leafHash, verifyConsistency, verifyInclusion } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestGateway, testGateway } from '../../testing/gateways.js';

let t: TestGateway;
beforeEach(async () => {
  t = await testGateway();
});
afterEach(() => t.close());

const exec = (command: string) => t.send('POST', '/v1/tool/exec', { body: { agent: 'a', params: { command } } });

describe('who may', () => {
  test.each([
    ['GET', '/sallyport/v1/approvals', 'agent', 403],
    ['GET', '/sallyport/v1/approvals', 'none', 401],
    ['GET', '/sallyport/v1/approvals', 'wrong', 401],
    ['POST', '/sallyport/v1/approvals/x/resolve', 'agent', 403],
    ['POST', '/sallyport/v1/explain', 'agent', 403],
    ['POST', '/sallyport/v1/explain', 'approver', 403],
    ['GET', '/sallyport/v1/credentials', 'approver', 403],
    ['POST', '/sallyport/v1/credentials', 'agent', 403],
    ['DELETE', '/sallyport/v1/credentials/x', 'approver', 403],
    ['GET', '/sallyport/v1/log/rampart/export', 'approver', 403],
    ['GET', '/sallyport/v1/log/rampart/verify', 'agent', 403],
    ['GET', '/sallyport/v1/log/rampart/checkpoint', 'agent', 200],
    ['GET', '/sallyport/v1/nowhere', 'admin', 404],
  ] as const)('%s %s as %s: %i', async (method, url, as, status) => {
    const token = { agent: t.agent, approver: t.approver, admin: t.admin, none: '', wrong: 'wrong' }[as];
    expect((await t.send(method, url, { token })).status).toBe(status);
  });
});

describe('approvals', () => {
  test('are listed, resolved and waited for', async () => {
    const id = String((await exec('sudo ls')).body['approval_id']);
    const list = await t.send('GET', '/sallyport/v1/approvals?status=pending', { token: t.approver });
    expect(list.body['approvals']).toMatchObject([
      {
        id,
        dialect: 'rampart',
        status: 'pending',
        tool: 'exec',
        summary: 'sudo ls',
        agent: 'a',
        createdAt: t.clock.now(),
      },
    ]);
    const waiting = t.send('GET', `/sallyport/v1/approvals/${id}?wait=30`, { token: t.approver });
    const resolved = await t.send('POST', `/sallyport/v1/approvals/${id}/resolve`, {
      token: t.approver,
      body: { verdict: 'approved', by: 'alice', note: 'fine' },
    });
    expect(resolved.body).toMatchObject({ id, status: 'approved', resolvedBy: 'alice', note: 'fine' });
    expect((await waiting).body).toMatchObject({ id, status: 'approved' });
    const again = await t.send('POST', `/sallyport/v1/approvals/${id}/resolve`, {
      token: t.admin,
      body: { verdict: 'rejected' },
    });
    expect(again.status).toBe(409);
  });

  test('are recorded in the dialect’s own log', async () => {
    const id = String((await exec('sudo ls')).body['approval_id']);
    await t.send('POST', `/sallyport/v1/approvals/${id}/resolve`, { token: t.approver, body: { verdict: 'rejected' } });
    const { body } = await t.send('GET', '/v1/audit/events?action=denied', { token: t.admin });
    expect(body['events']).toMatchObject([{ id, request: { action: 'approval_resolved', resolution: 'denied' } }]);
  });

  test.each([
    [{ verdict: 'maybe' }, 400],
    [{}, 400],
    [{ verdict: 'approved', colour: 'red' }, 400],
    ['{', 400],
  ])('are not resolved by %j', async (body, status) => {
    const id = String((await exec('sudo ls')).body['approval_id']);
    const answer = await t.send('POST', `/sallyport/v1/approvals/${id}/resolve`, { token: t.approver, body });
    expect(answer.status).toBe(status);
  });

  test('cannot make a call good again that was approved before', async () => {
    const body = { agent: 'a', session: 's', run_id: 'r', tool_call_id: 'c', params: { command: 'sudo ls' } };
    const ask = async () => String((await t.send('POST', '/v1/tool/exec', { body })).body['approval_id']);
    const approve = (id: string) =>
      t.send('POST', `/sallyport/v1/approvals/${id}/resolve`, { token: t.approver, body: { verdict: 'approved' } });
    const first = await ask();
    expect((await approve(first)).status).toBe(200);
    expect(await ask()).toBe(first);
    const second = await ask();
    const refused = await approve(second);
    expect([refused.status, refused.body['error']]).toEqual([503, expect.stringContaining('replay grant identity')]);
    const { body: still } = await t.send('GET', `/v1/approvals/${second}`, { token: t.approver });
    expect(still['status']).toBe('pending');
  });

  test('that do not exist', async () => {
    expect((await t.send('GET', '/sallyport/v1/approvals/x', { token: t.admin })).status).toBe(404);
    expect((await t.send('GET', '/sallyport/v1/approvals?status=odd', { token: t.admin })).status).toBe(400);
    expect((await t.send('GET', '/sallyport/v1/approvals?limit=0', { token: t.admin })).status).toBe(400);
  });
});

describe('explain', () => {
  const explain = (body: unknown) => t.send('POST', '/sallyport/v1/explain', { token: t.admin, body });

  test('says what decides a call, where it is written, and what would allow it', async () => {
    const { status, body } = await explain({
      dialect: 'rampart',
      call: { tool: 'exec', params: { command: 'sudo ls' } },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      decision: 'ask',
      matched_policies: expect.arrayContaining(['require-privileged-approval']),
      trace: {
        commands: expect.arrayContaining(['sudo ls']),
        deciding: {
          policy: 'require-privileged-approval',
          source: { file: 'embedded:standard', line: expect.any(Number) },
        },
        wouldAllow: expect.any(Array),
      },
    });
  });

  test('records and counts nothing', async () => {
    await explain({ dialect: 'rampart', call: { tool: 'fetch', params: { url: 'https://example.com' } } });
    const { body } = await t.send('GET', '/v1/audit/events', { token: t.admin });
    expect(body['total_in_file']).toBe(0);
    expect((await t.send('GET', '/v1/status', { token: t.admin })).body['call_counts']).toEqual({});
  });

  test.each([
    [{ dialect: 'nobody', call: {} }, 404],
    [{ dialect: 'rampart', call: {} }, 400],
    [{ dialect: 'rampart', call: { tool: 'EXEC' } }, 400],
    [{ dialect: 'rampart', call: { tool: 'exec', params: 'x' } }, 400],
    [{ call: {} }, 400],
  ])('%j is answered with %i', async (body, status) => {
    expect((await explain(body)).status).toBe(status);
  });
});

describe('the log', () => {
  const get = async (path: string) =>
    (await t.send('GET', `/sallyport/v1/log/rampart/${path}`, { token: t.admin })).body;
  const hashes = (value: unknown) => (Array.isArray(value) ? value.map((hex) => Buffer.from(String(hex), 'hex')) : []);

  test('is exported as it was hashed, and proofs hold against its checkpoints', async () => {
    for (const command of ['one', 'two', 'three', 'four', 'five']) await exec(`echo ${command}`);
    const early = await t.send('GET', '/sallyport/v1/log/rampart/checkpoint');
    for (const command of ['six', 'seven']) await exec(`echo ${command}`);
    const late = await t.send('GET', '/sallyport/v1/log/rampart/checkpoint');
    const rootOf = (note: string) => Buffer.from(note.split('\n')[2] ?? '', 'base64');
    expect(late.text.split('\n').slice(0, 2)).toEqual(['sallyport/rampart', '7']);
    expect(late.headers['sallyport-checkpoint-key']).toMatch(/^sallyport\+[0-9a-f]{8}\+/);

    const { text } = await t.send('GET', '/sallyport/v1/log/rampart/export', { token: t.admin });
    const lines = text.trim().split('\n');
    expect(lines).toHaveLength(7);
    const { proof } = await get('inclusion?seq=2&size=7');
    expect(() =>
      verifyInclusion({
        leaf: leafHash(lines[2] ?? ''),
        index: 2,
        size: 7,
        proof: hashes(proof),
        root: rootOf(late.text),
      }),
    ).not.toThrow();
    const consistency = await get('consistency?from=5&to=7');
    expect(() =>
      verifyConsistency({
        first: { size: 5, root: rootOf(early.text) },
        second: { size: 7, root: rootOf(late.text) },
        proof: hashes(consistency['proof']),
      }),
    ).not.toThrow();
  });

  test('verifies itself', async () => {
    await exec('ls');
    expect(await get('verify')).toMatchObject({ chain: 'rampart', ok: true, count: 1, anchored: true });
  });

  test.each([
    ['rampart/inclusion', 400],
    ['rampart/inclusion?seq=5', 400],
    ['rampart/inclusion?seq=x', 400],
    ['rampart/consistency?from=1&to=9', 400],
    ['other/checkpoint', 404],
    ['__proto__/checkpoint', 404],
  ])('%s is answered with %i', async (path, status) => {
    expect((await t.send('GET', `/sallyport/v1/log/${path}`, { token: t.admin })).status).toBe(status);
  });
});

describe('credentials', () => {
  test('are made, listed without their secret, and revoked', async () => {
    const made = await t.send('POST', '/sallyport/v1/credentials', {
      token: t.admin,
      body: { dialect: 'rampart', roles: ['approver'], subject: 'alice', note: 'on call' },
    });
    expect(made.status).toBe(201);
    const token = String(made.body['token']);
    expect((await t.send('GET', '/v1/approvals', { token })).status).toBe(200);
    const list = await t.send('GET', '/sallyport/v1/credentials', { token: t.admin });
    expect(list.body['credentials']).toContainEqual(made.body['credential']);
    expect(list.text).not.toContain(token);
    expect(list.text).not.toContain('hash');
    const { id } = Object(made.body['credential']);
    expect((await t.send('DELETE', `/sallyport/v1/credentials/${id}`, { token: t.admin })).body).toEqual({
      revoked: true,
    });
    expect((await t.send('GET', '/v1/approvals', { token })).status).toBe(401);
    expect((await t.send('DELETE', '/sallyport/v1/credentials/nobody', { token: t.admin })).status).toBe(404);
  });

  test('the last admin’s is not revoked; with another one it is', async () => {
    const url = '/sallyport/v1/credentials/server%2Fadmin';
    const refused = await t.send('DELETE', url, { token: t.admin });
    expect([refused.status, refused.body['error']]).toEqual([409, expect.stringContaining('last admin')]);
    const made = await t.send('POST', '/sallyport/v1/credentials', {
      token: t.admin,
      body: { dialect: 'rampart', roles: ['admin'] },
    });
    expect((await t.send('DELETE', url, { token: t.admin })).status).toBe(200);
    const token = String(made.body['token']);
    expect((await t.send('GET', '/sallyport/v1/credentials', { token })).status).toBe(200);
  });

  test.each([
    [{ dialect: 'vargate', roles: ['agent'] }],
    [{ dialect: 'rampart', roles: [] }],
    [{ dialect: 'rampart', roles: ['root'] }],
    [{ dialect: 'rampart', roles: ['agent'], subject: 'a b' }],
    [{ dialect: 'rampart', roles: ['agent'], subject: 'x'.repeat(65) }],
    [{ dialect: 'rampart', roles: ['agent'], note: 'two\nlines' }],
    [{ dialect: 'rampart', roles: ['agent'], expiresAt: -1 }],
    [{ dialect: 'rampart', roles: ['agent'], policy: 'nonexistent' }],
    [{ dialect: 'rampart', roles: ['agent'], token: 'mine' }],
  ])('%j is refused', async (body) => {
    expect((await t.send('POST', '/sallyport/v1/credentials', { token: t.admin, body })).status).toBe(400);
  });
});
