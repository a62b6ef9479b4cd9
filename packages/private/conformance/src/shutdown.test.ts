import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway } from './support/gateway.js';
import { makeLoad } from './support/load.js';
import { provenLog } from './support/log.js';
import { seededRandom } from './support/random.js';
import { startRig } from './support/rig.js';
import { expectSurvival } from './support/survival.js';

const SEED = Number(process.env['SALLYPORT_CRASH_SEED'] ?? Date.now() % 1_000_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-shutdown-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const store = () => `sqlite:${join(folder, 'gateway.db')}`;

test(`SIGTERM under load (SALLYPORT_CRASH_SEED=${SEED}) loses nothing that was acknowledged, and ends well`, async () => {
  let gateway = await startGateway(store());
  try {
    const random = seededRandom(SEED);
    const after = random.between(50, 300);
    let closing: Promise<void> | undefined;
    const onAcknowledged = (total: number) => {
      if (total >= after) closing ??= gateway.close();
    };
    const { acknowledged, done } = makeLoad(gateway, { workers: 16, random, label: 'load', onAcknowledged });
    await done;
    expect(closing).toBeDefined();
    await closing;
    expect([gateway.process.exitCode, gateway.process.signalCode]).toEqual([0, null]);
    gateway = await startGateway(store());
    await expectSurvival(gateway, [acknowledged]);
  } finally {
    await gateway.kill();
  }
});

test('closing answers every call that was accepted, and lets go of those who wait for a human or listen', async () => {
  const before = await startRig({ store: store(), clients: { maxRetries: 0 } });
  const { agent, admin } = before;
  const events = admin.events()[Symbol.asyncIterator]();
  expect(await events.next()).toMatchObject({ value: { type: 'connected' } });
  const { approvalId = '' } = await agent.exec('sudo id', { toolCallId: 'waiting' });
  const waiting = before.send('GET', `/v1/approvals/${approvalId}?wait=60`);
  await before.dev('faults', { faults: [{ effect: 'latency', ms: 100, path: '/v1/tool/*' }] });
  let accepted = 0;
  before.gateway.app.server.on('request', () => {
    accepted += 1;
  });
  const calls = Array.from({ length: 20 }, (_, index) => agent.exec(`ls ${index}`));
  const held = agent.exec('sudo id', { toolCallId: 'held', preferWaitMs: 60_000 });
  await expect.poll(() => accepted).toBe(21);
  const closed = before.gateway.close();

  const answers = await Promise.all(calls);
  expect(answers.every(({ allowed }) => allowed)).toBe(true);
  const asked = await held;
  expect(asked).toMatchObject({ decision: 'ask', approvalStatus: 'pending' });
  expect(await waiting).toMatchObject({ status: 200, body: { id: approvalId, status: 'pending' } });
  await closed;
  await before.close();

  const after = await startRig({ store: store() });
  const ids = (await provenLog(after).lines()).map((line): unknown => JSON.parse(line).id);
  expect(ids).toEqual(expect.arrayContaining([...answers, asked].map(({ auditId }) => auditId)));
  expect((await after.approver.approvals.list()).approvals.map(({ id }) => id)).toEqual([approvalId, asked.approvalId]);
  await after.close();
});
