import { systemRuntime } from '@sallyport/core';
import { RampartClient } from '@sallyport/rampart';
import { createGateway, type Gateway } from '@sallyport/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { quiet } from '../support/rig.js';

const ADMIN = 'the-admin-token-of-all-gateways';
/** Waits between connections are of no interest here. */
const hasty = {
  ...systemRuntime,
  after: (ms: number, run: () => void) => systemRuntime.after(ms <= 5_000 ? 1 : ms, run),
};

let gateway: Gateway;
let admin: RampartClient;
const start = () => createGateway({ dev: true, log: quiet, rampart: { adminToken: ADMIN } });
beforeEach(async () => {
  gateway = await start();
  admin = new RampartClient({ url: await gateway.listen({ port: 0 }), token: ADMIN, runtime: hasty });
});
afterEach(async () => {
  await admin.close();
  await gateway.close();
});

test('a stream goes on at the gateway that comes in place of one that was shut down', async () => {
  const events = admin.events()[Symbol.asyncIterator]();
  expect(await events.next()).toMatchObject({ value: { type: 'connected' } });
  await admin.exec('ls');
  expect(await events.next()).toMatchObject({ value: { type: 'audit', event: { request: { command: 'ls' } } } });
  await gateway.close();
  gateway = await start();
  await gateway.listen({ port: Number(new URL(admin.baseUrl).port) });
  expect(await events.next()).toMatchObject({ value: { type: 'connected' } });
  await admin.exec('pwd');
  expect(await events.next()).toMatchObject({ value: { type: 'audit', event: { request: { command: 'pwd' } } } });
  await events.return?.();
});

test('a stream ends with its client, its signal and its reader', async () => {
  const signal = AbortSignal.timeout(60_000);
  for await (const { type } of admin.events({ signal })) {
    expect(type).toBe('connected');
    break;
  }
  const aborting = new AbortController();
  const aborted = admin.events({ signal: aborting.signal })[Symbol.asyncIterator]();
  await aborted.next();
  aborting.abort();
  await expect(aborted.next()).rejects.toMatchObject({ code: 'aborted' });
  const closed = admin.events()[Symbol.asyncIterator]();
  await closed.next();
  await admin.close();
  await expect(closed.next()).rejects.toMatchObject({ code: 'aborted' });
});

test('many readers hear the same', async () => {
  const readers = Array.from({ length: 20 }, () => admin.events()[Symbol.asyncIterator]());
  await Promise.all(readers.map((reader) => reader.next()));
  const { auditId } = await admin.exec('ls');
  const heard = await Promise.all(readers.map(async (reader) => (await reader.next()).value));
  for (const event of heard) expect(event).toMatchObject({ type: 'audit', event: { id: auditId } });
  await Promise.all(readers.map((reader) => reader.return?.()));
});
