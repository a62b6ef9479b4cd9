import { rmSync } from 'node:fs';
import { meshguardFormula, verifyChain } from '@sallyport/verify';
import { describe, expect, test } from 'vitest';
import { SqliteDriver } from '../../../../server/src/store/sqlite/driver.js';
import { stores } from '../../../../server/src/testing/stores.js';
import { caught } from '../support/caught.js';
import { type Memory, provenLog, watchLog } from '../support/log.js';
import { type Mesh, startMesh } from '../support/mesh.js';

const OF_CHAIN = "chain = 'meshguard'";

describe('a history that was tampered with in the file between two runs', () => {
  const sqlite = stores.find(({ name }) => name === 'sqlite');

  /** Runs a gateway, lets somebody at its file, and runs it again; `keep` leaves the checkpoint beside the file alone. */
  async function tampered(
    tamper: (driver: SqliteDriver) => void,
    then: (mesh: Mesh, memory: Memory) => Promise<void>,
    keep: 'checkpoint' | 'nothing' = 'nothing',
  ) {
    const kept = await sqlite?.create();
    if (!kept) throw new Error('there is no SQLite store to test on');
    try {
      const before = await startMesh({ store: kept.address });
      for (let count = 0; count < 9; count += 1) await before.agent.check(`delete:${count}`);
      const memory = await watchLog(provenLog(before.log()));
      await before.close();
      const file = kept.address.slice('sqlite:'.length);
      const driver = new SqliteDriver(file);
      tamper(driver);
      driver.close();
      if (keep === 'nothing') rmSync(`${file}.checkpoint`);
      const after = await startMesh({ store: kept.address });
      try {
        await then(after, memory);
      } finally {
        await after.close();
      }
    } finally {
      await kept.remove();
    }
  }

  const textsOf = (driver: SqliteDriver) =>
    driver.execute(`SELECT text FROM records WHERE ${OF_CHAIN} ORDER BY seq`, []).rows.map(({ text }) => String(text));
  const allow = (text: string) => text.replace('"deny"', '"allow"');

  test('one record changed: the gateway does not start on it', async () => {
    const change = (driver: SqliteDriver) => {
      const text = allow(textsOf(driver)[3] ?? '');
      driver.execute(`UPDATE records SET text = ? WHERE ${OF_CHAIN} AND seq = 3`, [text]);
    };
    const error = await caught(tampered(change, async () => {}));
    expect(error).toMatchObject({ code: 'ledger_damaged', message: expect.stringContaining('bad_hash') });
  });

  const rewrite = (driver: SqliteDriver) => {
    let hash = meshguardFormula.genesis;
    for (const [seq, text] of textsOf(driver).entries()) {
      const { hash: _, previousHash: __, ...draft } = JSON.parse(allow(text));
      const sealed = meshguardFormula.seal(draft, hash);
      hash = sealed.hash;
      driver.execute(`UPDATE records SET text = ?, hash = ?, verdict = 'allow' WHERE ${OF_CHAIN} AND seq = ?`, [
        sealed.text,
        hash,
        seq,
      ]);
    }
    driver.execute('UPDATE chains SET hash = ? WHERE chain = ?', [hash, 'meshguard']);
  };

  test('a whole history rewritten, hashes and all: who remembers a checkpoint sees two histories', async () => {
    await tampered(rewrite, async (mesh, memory) => {
      const lines = await provenLog(mesh.log()).lines();
      expect(lines.every((line) => line.includes('"allow"'))).toBe(true);
      expect(await verifyChain(lines, { formula: meshguardFormula })).toMatchObject({ ok: true });
      expect(await caught(watchLog(provenLog(mesh.log()), memory))).toMatchObject({ code: 'forked' });
    });
  });

  test('the same, beside its checkpoint: the gateway does not start', async () => {
    const error = await caught(tampered(rewrite, async () => {}, 'checkpoint'));
    expect(error).toMatchObject({ code: 'checkpoint_mismatch', message: expect.stringContaining('was rewritten') });
  });

  const cut = (driver: SqliteDriver) => {
    driver.execute(`DELETE FROM records WHERE ${OF_CHAIN} AND seq >= 5`, []);
    const last = `SELECT hash FROM records WHERE ${OF_CHAIN} AND seq = 4`;
    driver.execute(`UPDATE chains SET size = 5, hash = (${last}) WHERE ${OF_CHAIN}`, []);
  };

  test('its end cut off: who remembers a checkpoint misses it', async () => {
    await tampered(cut, async (mesh, memory) => {
      expect(await caught(watchLog(provenLog(mesh.log()), memory))).toMatchObject({ code: 'cut_tail' });
    });
  });
});
