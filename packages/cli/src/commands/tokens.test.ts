import { createGateway } from '@sallyport/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../testing/cli.js';
import { type Running, running } from '../testing/running.js';

let t: Running;
beforeEach(async () => {
  t = await running();
});
afterEach(() => t.close());

describe('tokens', () => {
  test('a token is made, works, is listed without its secret, and ends', async () => {
    const made = await t.as('adminToken', 'tokens', 'create', '--role', 'agent', '--name', 'ci', '--expires', '1h');
    const [secret = ''] = made.out;
    expect(secret).toMatch(/^rampart_[0-9a-f]{48}$/);
    const preflight = () =>
      t.gateway.inject({
        method: 'POST',
        url: '/v1/preflight/exec',
        headers: { authorization: `Bearer ${secret}` },
        payload: { params: { command: 'ls' } },
      });
    expect((await preflight()).statusCode).toBe(200);

    const { out } = await t.as('adminToken', 'tokens', 'list');
    expect(out.join('\n')).not.toContain(secret);
    const [id = ''] = out.find((line) => line.includes(' ci '))?.split(' ') ?? [];
    expect((await t.as('adminToken', 'tokens', 'revoke', id)).out).toEqual([`${id} is revoked.`]);
    expect((await preflight()).statusCode).toBe(401);
  });

  test('nobody but an admin may make one', async () => {
    expect((await t.as('approverToken', 'tokens', 'create')).code).toBe(3);
  });
});

test('an admin token that tokens create made is one that serve takes', async () => {
  const { out } = await t.as('adminToken', 'tokens', 'create', '--role', 'admin', '--name', 'ops');
  const [secret = ''] = out;
  expect(secret).toMatch(/^rampart-admin_[0-9a-f]{48}$/);
  const other = await createGateway({ rampart: { adminToken: secret } });
  const at = await other.listen({ port: 0 });
  const { code } = await runCli(['tokens', 'list'], { env: { RAMPART_URL: at, RAMPART_TOKEN: secret } });
  await other.close();
  expect(code).toBe(0);
});
