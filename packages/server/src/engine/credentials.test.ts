import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TEST_START, type TestEngine, testEngine } from '../testing/engines.js';
import { stores } from '../testing/stores.js';

describe.each(stores)('credentials on $name', (kind) => {
  let t: TestEngine;

  beforeEach(async () => {
    t = await testEngine(kind);
  });
  afterEach(() => t.close());

  test('a made token is found with everything that it was made with', async () => {
    const { token, credential } = await t.engine.credentials.create({
      dialect: 'rampart',
      tenant: 'acme',
      roles: ['agent', 'approver'],
      subject: 'my-agent',
      policy: 'strict',
      expiresAt: TEST_START + 1000,
      note: 'for the build',
      tokenPrefix: 'rampart_',
    });
    expect(token).toMatch(/^rampart_[0-9a-f]{48}$/);
    expect(credential).toEqual({
      id: expect.stringMatching(/^credential-[0-9a-f]{12}$/),
      dialect: 'rampart',
      tenant: 'acme',
      roles: ['agent', 'approver'],
      subject: 'my-agent',
      policy: 'strict',
      createdAt: TEST_START,
      expiresAt: TEST_START + 1000,
      note: 'for the build',
      prefix: token.slice(0, 'rampart_'.length + 8),
    });
    expect(await t.engine.credentials.find(token)).toEqual(credential);
    expect(await t.engine.credentials.list()).toEqual([credential]);
  });

  test('the store has no token in clear', async () => {
    const { token } = await t.engine.credentials.create({
      dialect: 'rampart',
      roles: ['agent'],
      token: 'a secret of mine',
    });
    const rows = await t.engine.store.all({ sql: 'SELECT * FROM credentials', params: [] });
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(rows)).not.toContain(token.slice(0, 5));
  });

  test('what is no token of ours is not found, also a part of one', async () => {
    const { token } = await t.engine.credentials.create({ dialect: 'rampart', roles: ['agent'] });
    for (const other of ['', 'x', token.slice(1), `${token} `, token.toUpperCase()]) {
      expect(await t.engine.credentials.find(other)).toBeUndefined();
    }
  });

  test('configured admins have one id in every dialect, and each is revoked alone', async () => {
    const { credentials } = t.engine;
    const tokens = ['admin-token-of-rampart', 'admin-token-of-aegis'] as const;
    const [rampart, aegis] = tokens;
    await credentials.create({ dialect: 'rampart', roles: ['admin'], token: rampart });
    await credentials.create({ dialect: 'aegis', roles: ['admin'], token: aegis });
    await expect(credentials.revoke('server/admin', 'aegis')).rejects.toMatchObject({ code: 'last_admin' });
    await credentials.create({ dialect: 'aegis', roles: ['admin'], subject: 'other' });
    expect(await credentials.revoke('server/admin', 'aegis')).toBe(true);
    expect(await credentials.find(aegis)).toMatchObject({ dialect: 'aegis', revokedAt: TEST_START });
    expect(await credentials.find(rampart)).not.toHaveProperty('revokedAt');
    expect(await credentials.revoke('server/admin', 'vargate')).toBe(false);
  });

  test('a revoked one is found as revoked, from the next look on', async () => {
    const { token, credential } = await t.engine.credentials.create({ dialect: 'rampart', roles: ['agent'] });
    await t.engine.credentials.find(token);
    t.clock.advance(5);
    expect(await t.engine.credentials.revoke(credential.id)).toBe(true);
    expect(await t.engine.credentials.find(token)).toMatchObject({ revokedAt: TEST_START + 5 });
    t.clock.advance(5);
    expect(await t.engine.credentials.revoke(credential.id)).toBe(true);
    expect(await t.engine.credentials.find(token)).toMatchObject({ revokedAt: TEST_START + 5 });
    expect(await t.engine.credentials.revoke('credential-000000000000')).toBe(false);
  });

  test('a look that began before the revocation is not remembered after it', async () => {
    const { token, credential } = await t.engine.credentials.create({ dialect: 'rampart', roles: ['agent'] });
    await Promise.all([t.engine.credentials.find(token), t.engine.credentials.revoke(credential.id)]);
    expect(await t.engine.credentials.find(token)).toMatchObject({ revokedAt: TEST_START });
  });

  test('the configured admin token is server/admin, and a new one takes its place', async () => {
    const { create, find, list } = t.engine.credentials;
    const bound = { create: create.bind(t.engine.credentials), find: find.bind(t.engine.credentials) };
    const admin = { dialect: 'rampart', roles: ['admin', 'approver', 'agent'] as const };
    await bound.create({ ...admin, token: 'old-admin-token' });
    const { credential } = await bound.create({ ...admin, token: 'new-admin-token' });
    expect(credential).toMatchObject({ id: 'server/admin', prefix: 'new' });
    expect(await bound.find('old-admin-token')).toBeUndefined();
    expect(await bound.find('new-admin-token')).toMatchObject({ id: 'server/admin' });
    expect(await list.call(t.engine.credentials)).toHaveLength(1);
  });

  test('a configured token that is configured again stays one credential', async () => {
    const asked = { dialect: 'rampart', roles: ['agent'] as const, subject: 'ci', token: 'token-for-the-build' };
    await t.engine.credentials.create(asked);
    await t.engine.credentials.create({ ...asked, note: 'again' });
    expect(await t.engine.credentials.list()).toMatchObject([{ subject: 'ci', note: 'again' }]);
  });

  test('lists by dialect, with those that are good for all', async () => {
    for (const dialect of ['rampart', 'aegis', '*']) await t.engine.credentials.create({ dialect, roles: ['agent'] });
    const listed = await t.engine.credentials.list('rampart');
    expect(listed.map(({ dialect }) => dialect).sort()).toEqual(['*', 'rampart']);
  });

  test('a second look is answered at once, from memory', async () => {
    const { token } = await t.engine.credentials.create({ dialect: 'rampart', roles: ['agent'] });
    await t.engine.credentials.find(token);
    expect(t.engine.credentials.find(token)).toMatchObject({ dialect: 'rampart' });
  });
});
