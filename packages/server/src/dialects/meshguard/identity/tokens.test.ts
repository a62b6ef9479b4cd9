import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEST_START } from '../../../testing/engines.js';
import { type MeshTest, meshTest } from '../testing.js';

const SECRET = 'a secret of at least 32 characters';
const KEY = Buffer.from(SECRET);
const NOW = TEST_START / 1000;
const UNAUTHORIZED = { error: 'unauthorized', message: 'Invalid or expired token' };

let t: MeshTest;
beforeAll(async () => {
  t = await meshTest({ meshguard: { jwtSecret: SECRET } });
});
afterAll(() => t.close());

const claims = { name: 'demo-agent', tier: 'verified', tags: ['development'], orgId: 'default' };

const jwt = (more: Record<string, unknown> = {}) =>
  new SignJWT({ ...claims, sub: 'agent_demo', iss: 'meshguard', iat: NOW, exp: NOW + 3600, ...more });

const HEADER = { alg: 'HS256', typ: 'JWT' };

async function refused(token: string): Promise<void> {
  const answer = await t.check('read:a', {}, token);
  expect(answer.status).toBe(401);
  expect(answer.body).toEqual(UNAUTHORIZED);
}

test('the ready-made token is a JWT with the documented claims', async () => {
  const [header = '', payload = ''] = t.agentToken.split('.');
  const parsed = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(parsed(header)).toEqual(HEADER);
  expect(parsed(payload)).toMatchObject({
    ...claims,
    sub: 'agent_demo',
    iss: 'meshguard',
    iat: NOW,
    exp: NOW + 365 * 86_400,
  });
  expect((await t.check('read:a')).status).toBe(200);
});

describe('a token that is worth nothing', () => {
  test('forged: signed with another secret', async () => {
    await refused(
      await jwt()
        .setProtectedHeader(HEADER)
        .sign(Buffer.from('x'.repeat(32))),
    );
  });

  test('forged: another payload under a good signature', async () => {
    const [header = '', , signature = ''] = t.agentToken.split('.');
    const payload = Buffer.from(JSON.stringify({ ...claims, sub: 'agent_demo', tier: 'privileged', exp: NOW + 3600 }));
    await refused([header, payload.toString('base64url'), signature].join('.'));
  });

  test('alg none', async () => {
    await refused(new UnsecuredJWT({ ...claims, sub: 'agent_demo', iss: 'meshguard', exp: NOW + 3600 }).encode());
    const [, payload = ''] = t.agentToken.split('.');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    await refused(`${header}.${payload}.`);
  });

  test('another algorithm, with the right secret', async () => {
    await refused(
      await jwt()
        .setProtectedHeader({ alg: 'HS512' })
        .sign(Buffer.from(SECRET.repeat(4))),
    );
    await refused(
      await jwt()
        .setProtectedHeader({ alg: 'HS384' })
        .sign(Buffer.from(SECRET.repeat(4))),
    );
  });

  test('another issuer', async () => {
    await refused(await jwt({ iss: 'elsewhere' }).setProtectedHeader(HEADER).sign(KEY));
  });

  test('without an expiry', async () => {
    await refused(await jwt({ exp: undefined }).setProtectedHeader(HEADER).sign(KEY));
  });

  test('expired', async () => {
    await refused(await jwt({ exp: NOW }).setProtectedHeader(HEADER).sign(KEY));
  });

  test('not valid yet', async () => {
    await refused(
      await jwt({ nbf: NOW + 60 })
        .setProtectedHeader(HEADER)
        .sign(KEY),
    );
  });

  test('signed with the right secret, but never issued', async () => {
    await refused(await jwt().setProtectedHeader(HEADER).sign(KEY));
    await refused(await jwt({ sub: 'agent_none' }).setProtectedHeader(HEADER).sign(KEY));
  });

  test('cut off, or with a dot too many', async () => {
    await refused(t.agentToken.slice(0, -1));
    await refused(`${t.agentToken}.x`);
    await refused(`${t.agentToken} `.trim().concat('A'));
  });
});

test('a secret of less than 32 characters is no secret', async () => {
  await expect(meshTest({ meshguard: { jwtSecret: 'short' } })).rejects.toThrow('meshguard.jwtSecret');
});
