import { afterEach, describe, expect, test } from 'vitest';
import { steerableClock } from '../../../engine/clock.js';
import { silentLog } from '../../../engine/log.js';
import { createGateway, type Gateway } from '../../../gateway.js';
import { TEST_MASTER_KEY, TEST_START } from '../../../testing/engines.js';
import { stores } from '../../../testing/stores.js';

const ADMIN = 'the-admins-own-token-0123456789';
const POLICY = {
  name: 'reads',
  version: '1',
  appliesTo: { trustTiers: ['verified'] },
  rules: [{ effect: 'allow', actions: ['read:*'] }],
  defaultEffect: 'deny',
};
const admin = { 'x-admin-token': ADMIN };

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function gatewayAt(store: string, clock = steerableClock(TEST_START)) {
  const gateway = await createGateway({
    ...{ store, clock, log: silentLog(), masterKey: TEST_MASTER_KEY },
    ...{ rampart: false, aegis: false, meshguard: { adminToken: ADMIN } },
  });
  return { gateway, clock };
}

async function agentAt(gateway: Gateway) {
  await gateway.inject({ method: 'POST', url: '/admin/policies', headers: admin, payload: POLICY });
  const made = await gateway.inject({
    ...{ method: 'POST', url: '/admin/agents', headers: admin },
    payload: { name: 'worker' },
  });
  const { id, token }: { id: string; token: string } = JSON.parse(made.body);
  return { id, headers: { authorization: `Bearer ${token}` } };
}

async function checkAll(gateway: Gateway, headers: Readonly<Record<string, string>>, actions: readonly string[]) {
  // One after the other: which of them comes first decides what is new.
  for (const action of actions) {
    await gateway.inject({ method: 'GET', url: '/proxy/check', headers: { ...headers, 'x-meshguard-action': action } });
  }
}

async function noted(gateway: Gateway): Promise<readonly (readonly [type: unknown, observed: unknown])[]> {
  const answer = await gateway.inject({ method: 'GET', url: '/anomalies', headers: admin });
  const { anomalies }: { anomalies: readonly Record<string, unknown>[] } = JSON.parse(answer.body);
  return anomalies.map(({ anomalyType, observedValue }) => [anomalyType, observedValue]);
}

const times = (count: number, action: string) => Array.from({ length: count }, () => action);

describe.each(stores)('on $name', (kind) => {
  test('a first use is noted once an agent has done twenty things, and not again before anybody has looked', async () => {
    const place = await kind.create();
    const { gateway } = await gatewayAt(place.address);
    open.push({ close: () => place.remove() }, gateway);
    const { headers } = await agentAt(gateway);
    await checkAll(gateway, headers, [...times(18, 'read:a'), 'read:b']);
    expect(await noted(gateway)).toEqual([]);
    await checkAll(gateway, headers, ['read:a', 'read:b', 'read:c', 'read:d']);
    expect(await noted(gateway)).toEqual([['new_resource', 1]]);
  });

  test('ten denials in five minutes are a burst', async () => {
    const place = await kind.create();
    const { gateway, clock } = await gatewayAt(place.address);
    open.push({ close: () => place.remove() }, gateway);
    const { headers } = await agentAt(gateway);
    await checkAll(gateway, headers, times(9, 'delete:a'));
    clock.advance(6 * 60_000);
    await checkAll(gateway, headers, times(9, 'delete:a'));
    expect(await noted(gateway)).toEqual([]);
    await checkAll(gateway, headers, ['delete:a']);
    expect(await noted(gateway)).toEqual([['denied_burst', 10]]);
  });
});

describe.each(stores.filter(({ durable }) => durable))('on $name', (kind) => {
  test('habits outlive a restart', async () => {
    const place = await kind.create();
    open.push({ close: () => place.remove() });
    const { gateway: first, clock } = await gatewayAt(place.address);
    const { headers } = await agentAt(first);
    await checkAll(first, headers, [...times(19, 'read:a'), 'read:b', ...times(9, 'delete:a')]);
    expect(await noted(first)).toEqual([['new_resource', 1]]);
    await first.close();
    clock.advance(1000);
    const { gateway: second } = await gatewayAt(place.address, clock);
    open.push(second);
    await checkAll(second, headers, ['read:b', 'read:a']);
    expect(await noted(second)).toEqual([['new_resource', 1]]);
    await checkAll(second, headers, ['delete:a', 'read:c']);
    expect((await noted(second)).map(([type]) => type).sort()).toEqual(['denied_burst', 'new_resource']);
  });
});
