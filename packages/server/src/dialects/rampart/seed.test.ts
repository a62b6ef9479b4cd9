import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestEngine, testEngine } from '../../testing/engines.js';
import { stores } from '../../testing/stores.js';
import { type DevCredentials, drawDevCredentials, seedDevCredentials } from './seed.js';

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

  test('of two gateways on one store are good, all of them', async () => {
    const [one, other] = [drawDevCredentials({}), drawDevCredentials({})];
    await seed(true, one);
    await seed(true, other);
    expect(await good(one)).toEqual([true, true, true]);
    expect(await good(other)).toEqual([true, true, true]);
  });

  test('of an earlier start end with the next one, where nobody else has the store', async () => {
    const [one, other] = [drawDevCredentials({}), drawDevCredentials({})];
    await seed(false, one);
    await seed(false, other);
    expect(await good(one)).toEqual([false, false, false]);
    expect(await good(other)).toEqual([true, true, true]);
  });
});
