import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestEngine, testEngine } from '../../testing/engines.js';
import { testGateway } from '../../testing/gateways.js';
import { stores } from '../../testing/stores.js';
import { type DevCredentials, drawDevCredentials, ensureAdmin, seedDevCredentials } from './seed.js';

describe.each(stores)('development credentials on $name', (kind) => {
  let t: TestEngine;
  beforeEach(async () => {
    t = await testEngine(kind);
  });
  afterEach(() => t.close());

  const seed = (shared: boolean, drawn: DevCredentials) =>
    seedDevCredentials({ credentials: t.engine.credentials, store: { shared } }, drawn);
  const good = async (drawn: DevCredentials) => {
    const found = await Promise.all(Object.values(drawn).map((token) => t.engine.credentials.find(token)));
    return found.map((credential) => credential !== undefined && credential.revokedAt === undefined);
  };

  const drawn = () => drawDevCredentials(t.engine, {});

  test('of two gateways on one store are the same, and good', async () => {
    const one = await drawn();
    await seed(true, one);
    const other = await drawn();
    await seed(true, other);
    expect(other).toEqual(one);
    expect(await good(one)).toEqual([true, true, true]);
  });

  test('of another store are others', async () => {
    const elsewhere = await testEngine(kind);
    try {
      const other = await drawDevCredentials(elsewhere.engine, {});
      for (const [name, token] of Object.entries(await drawn())) expect(Reflect.get(other, name)).not.toBe(token);
    } finally {
      await elsewhere.close();
    }
  });

  test.runIf(kind.durable)('stay the same over restarts, and are good again after a start without dev', async () => {
    const before = await drawn();
    await seed(false, before);
    await t.restart();
    await ensureAdmin(t.engine, { adminToken: 'another admin token' });
    expect(await good(before)).toEqual([false, false, false]);
    await t.restart();
    await seed(false, await drawn());
    expect(await good(before)).toEqual([true, true, true]);
  });
});

const sqlite = stores.find(({ name }) => name === 'sqlite');

test('whoever waits for an approval is still known after a restart of a development gateway', async () => {
  const place = await sqlite?.create();
  if (place === undefined) throw new TypeError('this test needs a file');
  const first = await testGateway({ store: place.address });
  const call = { run_id: 'r', tool_call_id: 'c', params: { command: 'sudo ls' } };
  const { body: asked } = await first.send('POST', '/v1/tool/exec', { body: call });
  await first.close();
  const second = await testGateway({ store: place.address });
  try {
    const as = { token: first.agent };
    const url = `/v1/approvals/${asked['approval_id']}`;
    expect((await second.send('GET', url, as)).body).toMatchObject({ status: 'pending' });
    await second.send('POST', `${url}/resolve`, { token: first.approver, body: { approved: true } });
    expect((await second.send('POST', '/v1/tool/exec', { ...as, body: call })).body).toMatchObject({
      decision: 'allow',
    });
  } finally {
    await second.close();
    await place.remove();
  }
});
