import { afterEach, describe, expect, test } from 'vitest';
import type { MeshTest } from '../testing.js';
import { closeAll, gateway, upstream } from './testing.js';

afterEach(closeAll);

describe('a target that fails', () => {
  test('is told of as 502 when it cannot be reached, and the decision stays an allow', async () => {
    const t = await gateway({ proxyTarget: 'http://127.0.0.1:1' });
    const answer = await t.send('GET', '/proxy/x');
    expect(answer.status).toBe(502);
    expect(answer.body).toEqual({ error: 'Bad Gateway', message: 'The proxy target could not be reached' });
    // What says `allow` is the target's own answer.
    expect(answer.headers).not.toHaveProperty('x-meshguard-decision');
    const { body } = await t.admin('GET', '/admin/audit');
    expect(body['entries']).toEqual([
      expect.objectContaining({ decision: 'allow', error: 'The proxy target could not be reached' }),
    ]);
  });

  test('is told of as 504 when it does not answer in time', async () => {
    let asked = () => {};
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const target = await upstream(() => asked());
    const t = await gateway({ proxyTarget: target, proxyTimeoutMs: 5000 });
    const answer = t.send('GET', '/proxy/x');
    await arrived;
    t.clock.advance(5000);
    expect(await answer).toMatchObject({
      status: 504,
      body: { error: 'Gateway Timeout', message: 'The proxy target did not answer in time' },
    });
  });

  test('is not believed when its answer cannot be recorded', async () => {
    let t: MeshTest | undefined;
    const target = await upstream((_request, response) => {
      t?.send('POST', '/__sallyport/faults', { token: t.adminToken, body: { storage: 'read_only' } }).then(() =>
        response.end('done'),
      );
    });
    t = await gateway({ proxyTarget: target });
    expect((await t.send('GET', '/proxy/x')).status).toBe(503);
    await t.send('POST', '/__sallyport/faults', { token: t.adminToken, body: {} });
    expect((await t.admin('GET', '/admin/audit')).body['entries']).toEqual([
      expect.objectContaining({ decision: 'allow', action: 'read:x' }),
    ]);
  });

  test('may be named localhost under dev', async () => {
    const target = await upstream((_request, response) => void response.end('here'));
    const t = await gateway({ proxyTarget: target.replace('127.0.0.1', 'localhost') });
    expect((await t.send('GET', '/proxy/x')).text).toBe('here');
  });

  test.each(['http://10.0.0.1', 'http://169.254.169.254', 'http://[fd00::1]', 'http://192.168.1.1:8080'])(
    '%s is private, and not reached',
    async (proxyTarget) => {
      const t = await gateway({ proxyTarget });
      const answer = await t.send('GET', '/proxy/x');
      expect(answer.status).toBe(502);
      expect(answer.body['message']).toBe('The proxy target is at an address that may not be reached');
    },
  );

  test('a refusal never reaches the target', async () => {
    let asked = 0;
    const target = await upstream((_request, response) => {
      asked += 1;
      response.end();
    });
    const t = await gateway({ proxyTarget: target });
    const answer = await t.send('DELETE', '/proxy/api/contacts');
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ rule: 'no-deletes' });
    expect(asked).toBe(0);
  });
});
