import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../engine/log.js';
import { createGateway, type Gateway } from '../../gateway.js';

describe('the journal', () => {
  let gateway: Gateway;
  let url: string;
  beforeEach(async () => {
    gateway = await createGateway({ dev: true, log: silentLog() });
    url = await gateway.listen({ port: 0 });
  });
  afterEach(() => gateway.close());

  const admin = () => ({ authorization: `Bearer ${gateway.credentials['rampart']?.['adminToken']}` });
  const entries = async (): Promise<unknown> => {
    const { body } = await gateway.inject({ url: '/__sallyport/journal', headers: admin() });
    return JSON.parse(body).requests;
  };
  const breakOff = (path: string, effect: object) =>
    gateway.inject({
      method: 'POST',
      url: '/__sallyport/faults',
      headers: admin(),
      payload: { faults: [{ path, ...effect }] },
    });

  test('tells of a request once, with its status', async () => {
    await gateway.inject({ url: '/healthz?a=1' });
    await fetch(`${url}/nowhere`);
    expect(await entries()).toMatchObject([
      { method: 'GET', path: '/healthz?a=1', status: 200 },
      { method: 'GET', path: '/nowhere', status: 404 },
    ]);
  });

  test('tells of a stream that its reader has left', async () => {
    const leaving = new AbortController();
    const stream = await fetch(`${url}/v1/events/stream`, { headers: admin(), signal: leaving.signal });
    expect(stream.status).toBe(200);
    leaving.abort();
    await expect.poll(entries).toMatchObject([{ path: '/v1/events/stream', status: 200 }]);
  });

  test('tells of a request that was broken off, with status 0', async () => {
    await breakOff('/healthz', { effect: 'reset' });
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
    expect(await entries()).toMatchObject([{ path: '/healthz', status: 0 }]);
  });
});
