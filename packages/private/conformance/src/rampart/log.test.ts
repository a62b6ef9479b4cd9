import {
  leafHash,
  noteVerifier,
  openCheckpoint,
  rampartFormula,
  rootOf,
  verifyChain,
  verifyInclusion,
} from '@sallyport/verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Memory, provenLog, watchLog } from '../support/log.js';
import { type Rig, startRig } from '../support/rig.js';
import { storeSettings } from '../support/settings.js';

describe.each(storeSettings)('the log, for those who do not believe the server ($name)', ({ store, clients }) => {
  let rig: Rig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startRig({ store: kept.address, clients });
    for (let count = 0; count < 9; count += 1) await rig.agent.exec(`ls ${count}`);
  });
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  test('its checkpoint is the root over the very lines that are exported', async () => {
    const log = provenLog(rig);
    const { note, key } = await log.checkpoint();
    const { size, root } = openCheckpoint(note, [noteVerifier(key)], 'sallyport/rampart');
    const lines = await log.lines();
    expect(size).toBe(lines.length);
    expect(Buffer.from(rootOf(lines.map((line) => leafHash(line))))).toEqual(Buffer.from(root));
    expect(await verifyChain(lines, { formula: rampartFormula, checkpoint: { size, root } })).toMatchObject({
      ok: true,
    });
  });

  test('every record is proved to be in it, and no other', async () => {
    const log = provenLog(rig);
    const { note, key } = await log.checkpoint();
    const { size, root } = openCheckpoint(note, [noteVerifier(key)], 'sallyport/rampart');
    const lines = await log.lines();
    for (const [index, line] of lines.entries()) {
      const proof = await log.inclusion(index, size);
      verifyInclusion({ leaf: leafHash(line), index, size, root, proof });
      const forged = leafHash(line.replace('"allow"', '"deny"'));
      expect(() => verifyInclusion({ leaf: forged, index, size, root, proof })).toThrow('does not lead to');
    }
  });

  test('it is proved to have only grown, from any size', async () => {
    const log = provenLog(rig);
    let memory: Memory | undefined;
    for (let round = 0; round < 4; round += 1) {
      memory = await watchLog(log, memory);
      await Promise.all(Array.from({ length: round * 20 + 1 }, () => rig.agent.exec('ls')));
    }
    const { state } = await watchLog(log, memory);
    expect(state?.size).toBe((await log.lines()).length);
  });

  test('the server verifies itself, too', async () => {
    const { body } = await rig.send('GET', '/sallyport/v1/log/rampart/verify', { token: rig.tokens.admin });
    expect(body).toMatchObject({ chain: 'rampart', ok: true, count: (await provenLog(rig).lines()).length });
  });

  test.each([
    ['/sallyport/v1/log/nothing/checkpoint', 404, 'chain not found'],
    ['/sallyport/v1/log/rampart/inclusion', 400, 'seq is required'],
    ['/sallyport/v1/log/rampart/inclusion?seq=x', 400, 'seq must be a whole number'],
    ['/sallyport/v1/log/rampart/consistency', 400, 'from is required'],
    ['/sallyport/v1/log/rampart/export', 403, 'this endpoint requires the role admin'],
  ])('%s is refused', async (path, status, error) => {
    expect(await rig.send('GET', path)).toMatchObject({ status, body: { error } });
  });

  test.each([
    'inclusion?seq=999999',
    'inclusion?seq=0&size=999999',
    'consistency?from=2&to=1',
    'consistency?from=999999',
  ])('a proof of what there is not (%s) is refused', async (what) => {
    expect((await rig.send('GET', `/sallyport/v1/log/rampart/${what}`)).status).toBe(400);
  });
});

test('the key of a log is its own: two gateways sign with two keys', async () => {
  const rigs = [await startRig(), await startRig()];
  const keys = await Promise.all(rigs.map(async (rig) => (await provenLog(rig).checkpoint()).key));
  await Promise.all(rigs.map((rig) => rig.close()));
  expect(new Set(keys).size).toBe(2);
});
