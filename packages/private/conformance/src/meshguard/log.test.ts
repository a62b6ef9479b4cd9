import {
  leafHash,
  meshguardFormula,
  noteVerifier,
  openCheckpoint,
  rootOf,
  verifyChain,
  verifyInclusion,
} from '@sallyport/verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Memory, provenLog, watchLog } from '../support/log.js';
import { type Mesh, startMesh } from '../support/mesh.js';
import { storeSettings } from '../support/settings.js';

const CHAINS = ['meshguard', 'meshguard-events'] as const;

describe.each(storeSettings)('the log, for those who do not believe the server ($name)', ({ store, clients }) => {
  let mesh: Mesh;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    mesh = await startMesh({ store: kept.address, clients });
    for (let count = 0; count < 5; count += 1) {
      await mesh.agent.check(`delete:${count}`, { context: { text: 'héllo <&>   😀', n: 1.5e-7 } });
      await mesh.admin.createAgent({ name: `agent ${count}` });
    }
  });
  afterAll(async () => {
    await mesh.close();
    await remove();
  });

  test.each(CHAINS)('the export of %s verifies offline, under the checkpoint that is signed', async (chain) => {
    const log = provenLog(mesh.log(chain));
    const { note, key } = await log.checkpoint();
    const { size, root } = openCheckpoint(note, [noteVerifier(key)], `sallyport/${chain}`);
    const lines = await log.lines();
    expect([lines.length, size >= 5]).toEqual([size, true]);
    expect(Buffer.from(rootOf(lines.map((line) => leafHash(line))))).toEqual(Buffer.from(root));
    const report = await verifyChain(lines, { formula: meshguardFormula, checkpoint: { size, root } });
    expect(report).toMatchObject({ ok: true, anchored: true, count: size });
  });

  test('every record is proved to be in it, and no other', async () => {
    const log = provenLog(mesh.log());
    const { note, key } = await log.checkpoint();
    const { size, root } = openCheckpoint(note, [noteVerifier(key)], 'sallyport/meshguard');
    for (const [index, line] of (await log.lines()).entries()) {
      const proof = await log.inclusion(index, size);
      verifyInclusion({ leaf: leafHash(line), index, size, root, proof });
      const forged = leafHash(line.replace('"deny"', '"allow"'));
      expect(() => verifyInclusion({ leaf: forged, index, size, root, proof })).toThrow('does not lead to');
    }
  });

  const tamperings: readonly [what: string, tamper: (lines: string[]) => string[], bad: object][] = [
    [
      'a changed decision',
      (lines) => lines.with(2, (lines[2] ?? '').replace('"deny"', '"allow"')),
      { line: 3, code: 'bad_hash' },
    ],
    ['a record left out', (lines) => lines.toSpliced(2, 1), { line: 3 }],
    ['two records exchanged', (lines) => lines.with(1, lines[2] ?? '').with(2, lines[1] ?? ''), { line: 2 }],
    ['a record twice', (lines) => lines.toSpliced(2, 0, lines[1] ?? ''), { line: 3 }],
  ];

  test.each(tamperings)('%s does not verify', async (_what, tamper, firstBad) => {
    const lines = [...(await provenLog(mesh.log()).lines())];
    const report = await verifyChain(tamper(lines), { formula: meshguardFormula });
    expect(report).toMatchObject({ ok: false, firstBad });
  });

  test('a cut tail verifies as a chain, and not under the checkpoint', async () => {
    const log = provenLog(mesh.log());
    const { note, key } = await log.checkpoint();
    const { size, root } = openCheckpoint(note, [noteVerifier(key)], 'sallyport/meshguard');
    const cut = (await log.lines()).slice(0, -1);
    expect(await verifyChain(cut, { formula: meshguardFormula })).toMatchObject({ ok: true });
    expect(await verifyChain(cut, { formula: meshguardFormula, checkpoint: { size, root } })).toMatchObject({
      ok: false,
    });
  });

  test('it is proved to have only grown', async () => {
    const log = provenLog(mesh.log());
    let memory: Memory | undefined;
    for (let round = 0; round < 3; round += 1) {
      memory = await watchLog(log, memory);
      await Promise.all(Array.from({ length: round * 7 + 1 }, () => mesh.agent.check('read:x')));
    }
    expect((await watchLog(log, memory)).state?.size).toBe((await log.lines()).length);
  });

  test('the server verifies itself, too, by either door', async () => {
    const own = await mesh.send('GET', '/admin/audit/verify', { admin: true });
    const count = (await provenLog(mesh.log()).lines()).length;
    expect(own.body).toMatchObject({ ok: true, chains: [{ chain: 'meshguard', ok: true, count }, { ok: true }] });
    const { body } = await mesh.send('GET', '/sallyport/v1/log/meshguard/verify', { token: mesh.tokens.admin });
    expect(body).toMatchObject({ chain: 'meshguard', ok: true, count });
  });

  test('an entry of the log is what the API shows', async () => {
    const [newest = ''] = (await provenLog(mesh.log()).lines()).slice(-1);
    const { body } = await mesh.send('GET', '/admin/audit?limit=1', { admin: true });
    expect(body['entries']).toMatchObject([{ id: JSON.parse(newest).id, hash: JSON.parse(newest).hash }]);
  });
});
