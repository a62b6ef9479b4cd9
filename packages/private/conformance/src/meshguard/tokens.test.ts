import { createHmac } from 'node:crypto';
import { systemRuntime } from '@sallyport/core';
import { AuthenticationError } from '@sallyport/meshguard';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Mesh, startMesh } from '../support/mesh.js';

const SECRET = 'a secret of at least thirty-two characters';
const DAY = 86_400_000;
type Fields = Readonly<Record<string, unknown>>;

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const fields = (part = ''): Fields => Object(JSON.parse(Buffer.from(part, 'base64url').toString()));

function signed(header: Fields, claims: Fields, secret = SECRET, hash = 'sha256'): string {
  const text = `${base64url(header)}.${base64url(claims)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

describe('agent tokens', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh({ meshguard: { jwtSecret: SECRET }, clients: { maxRetries: 0 } });
  });
  beforeEach(() => mesh.dev('reset'));
  afterAll(() => mesh.close());

  const check = (token: string) => mesh.send('GET', '/proxy/check', { token, action: 'read:x' });
  const claims = () => fields(mesh.tokens.agent.split('.')[1]);
  const HS256 = { alg: 'HS256', typ: 'JWT' };

  test('are HS256 JWTs with the documented claims, good for a day', async () => {
    const { id, token } = await mesh.admin.createAgent({ name: 'my-agent', trustTier: 'trusted', tags: ['sales'] });
    const [header, payload] = token.split('.').map((part, index) => (index < 2 ? fields(part) : {}));
    expect(header).toEqual(HS256);
    const { iat, exp } = { iat: Number(payload?.['iat']), exp: Number(payload?.['exp']) };
    expect(payload).toMatchObject({
      sub: id,
      name: 'my-agent',
      tier: 'trusted',
      tags: ['sales'],
      orgId: 'default',
      iss: 'meshguard',
    });
    expect(exp - iat).toBe(86_400);
    expect(signed(HS256, payload ?? {})).toBe(token);
  });

  const forgeries: readonly [what: string, token: () => string][] = [
    ['no JWT', () => 'nonsense'],
    ['three empty parts', () => '..'],
    ['one whose signature is cut off', () => mesh.tokens.agent.replace(/[^.]*$/, '')],
    ['one whose signature has one bit changed', () => mesh.tokens.agent.replace(/.{6}$/, 'AAAAAA')],
    ['one that is signed with another secret', () => signed(HS256, claims(), 'another secret that is long enough too')],
    ['alg none', () => `${base64url({ alg: 'none' })}.${base64url(claims())}.`],
    ['alg none with a signature', () => signed({ alg: 'none', typ: 'JWT' }, claims())],
    ['alg nOnE', () => `${base64url({ alg: 'nOnE' })}.${base64url(claims())}.`],
    ['HS512', () => signed({ alg: 'HS512', typ: 'JWT' }, claims(), SECRET, 'sha512')],
    ['RS256 that is an HMAC', () => signed({ alg: 'RS256', typ: 'JWT' }, claims())],
    ['no algorithm', () => signed({ typ: 'JWT' }, claims())],
    ['a critical header that nobody knows', () => signed({ ...HS256, crit: ['x'], x: 1 }, claims())],
    ['another issuer', () => signed(HS256, { ...claims(), iss: 'somebody' })],
    ['no expiry', () => signed(HS256, { ...claims(), exp: undefined })],
    ['no agent', () => signed(HS256, { ...claims(), sub: undefined })],
    ['an agent that is not', () => signed(HS256, { ...claims(), sub: 'agent_nobody' })],
    ['another agent', () => signed(HS256, { ...claims(), sub: 'agent_abc123' })],
    ['a later expiry than it was given', () => signed(HS256, { ...claims(), exp: Number(claims()['exp']) + 86_400 })],
    ['a better tier than it was given', () => signed(HS256, { ...claims(), tier: 'privileged' })],
    ['two tokens', () => `${mesh.tokens.agent}, ${mesh.tokens.agent}`],
  ];

  test.each(forgeries)('%s is worth nothing', async (_what, forge) => {
    expect(forge()).not.toBe(mesh.tokens.agent);
    const { status, body } = await check(forge());
    expect([status, body]).toEqual([401, { error: 'unauthorized', message: 'Invalid or expired token' }]);
    expect((await mesh.admin.auditStats()).total).toBe(0);
  });

  test('an expired one is worth nothing, from the second on that it names', async () => {
    const { token } = await mesh.admin.createAgent({ name: 'short', tags: ['development'] });
    expect((await check(token)).status).toBe(200);
    const expiry = Number(fields(token.split('.')[1])['exp']) * 1000;
    await mesh.dev('clock', { set: expiry - 10_000 });
    expect((await check(token)).status).toBe(200);
    await mesh.dev('clock', { set: expiry });
    expect((await check(token)).status).toBe(401);
    const error = await caught(mesh.client({ agentToken: token }).check('read:x'));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 401, name: 'AuthenticationError' });
    await mesh.dev('clock', { set: expiry - DAY });
  });

  test('a clock that was set back takes nobody’s token away, and does not give an expired approval back', async () => {
    const { token } = await mesh.admin.createAgent({ name: 'skewed', tags: ['development'] });
    const now = Number((await mesh.dev('clock', { advanceMs: 0 }))['now']);
    const id = (await mesh.agent.check('write:payments')).pending?.id ?? '';
    // Ten seconds beyond an hour: the question was opened some moments after the clock was read.
    await mesh.dev('clock', { set: now + 3_610_000 });
    expect((await mesh.resolve(id, 'approved')).status).toBe(409);
    await mesh.dev('clock', { set: now - 60_000 });
    expect((await check(token)).status).toBe(200);
    expect((await mesh.resolve(id, 'approved')).status).toBe(409);
    expect((await mesh.agent.check('write:payments')).allowed).toBe(false);
    await mesh.dev('clock', { set: now });
  });

  test('a client whose clock is a day off is answered as any other', async () => {
    const agent = mesh.client({
      agentToken: mesh.tokens.agent,
      runtime: { ...systemRuntime, now: () => Date.now() - DAY },
    });
    expect((await agent.check('read:x')).allowed).toBe(true);
  });

  test('a revoked one is worth nothing at once, for good, on every route; so are those of the agent’s past', async () => {
    const { id, token } = await mesh.admin.createAgent({ name: 'gone', tags: ['development'] });
    const { token: second } = await mesh.admin.rotateToken(id);
    expect([(await check(token)).status, (await check(second)).status]).toEqual([401, 200]);
    await mesh.admin.revokeAgent(id);
    for (const path of ['/proxy/check', '/proxy/api/contacts', '/agents/agent_demo/trust', '/anomalies']) {
      const { status } = await mesh.send('GET', path, { token: second, action: 'read:x' });
      expect([path, status]).toEqual([path, 401]);
    }
    expect(await caught(mesh.admin.rotateToken(id))).toMatchObject({ status: 409 });
    expect((await check(second)).status).toBe(401);
  });

  test('revoking is seen by calls that are under way', async () => {
    const { id, token } = await mesh.admin.createAgent({ name: 'racing', tags: ['development'] });
    await mesh.dev('faults', { faults: [{ effect: 'latency', ms: 50, path: '/proxy/check' }] });
    const call = check(token);
    await mesh.admin.revokeAgent(id);
    expect((await call).status).toBe(401);
    await mesh.dev('faults', { faults: [] });
  });
});
