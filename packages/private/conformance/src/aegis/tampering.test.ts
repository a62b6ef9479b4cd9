import { rmSync } from 'node:fs';
import { aegisFormula, verifyChain } from '@sallyport/verify';
import { expect, test } from 'vitest';
import { SqliteDriver } from '../../../../server/src/store/sqlite/driver.js';
import { stores } from '../../../../server/src/testing/stores.js';
import { type AegisRig, proposalOf, startAegis } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import { type Memory, provenLog, watchLog } from '../support/log.js';

const sqlite = stores.find(({ name }) => name === 'sqlite');

/** Runs a gateway, lets somebody at its file, and runs it again without the checkpoint beside the file. */
async function tampered(
  tamper: (driver: SqliteDriver) => void,
  then: (rig: AegisRig, memory: Memory) => Promise<void>,
): Promise<void> {
  const kept = await sqlite?.create();
  if (!kept) throw new Error('there is no SQLite store to test on');
  try {
    const before = await startAegis({ store: kept.address });
    for (let index = 0; index < 6; index += 1) await before.agent.propose(proposalOf('file.write'));
    const memory = await watchLog(provenLog(before.log));
    await before.close();
    const file = kept.address.slice('sqlite:'.length);
    const driver = new SqliteDriver(file);
    tamper(driver);
    driver.close();
    rmSync(`${file}.checkpoint`);
    const after = await startAegis({ store: kept.address });
    try {
      await then(after, memory);
    } finally {
      await after.close();
    }
  } finally {
    await kept.remove();
  }
}

const allow = (text: string) => text.replaceAll('"DENY"', '"ALLOW"');
const rowsOf = (driver: SqliteDriver) =>
  driver.execute("SELECT seq, text FROM records WHERE chain = 'aegis' ORDER BY seq", []).rows;

test('one record changed in the file: the gateway does not start on it', async () => {
  const change = (driver: SqliteDriver) => {
    const { seq, text } = rowsOf(driver).at(-2) ?? {};
    const changed = [allow(String(text)), Number(seq)];
    driver.execute("UPDATE records SET text = ? WHERE chain = 'aegis' AND seq = ?", changed);
  };
  const error = await caught(tampered(change, async () => {}));
  expect(error).toMatchObject({ code: 'ledger_damaged', message: expect.stringContaining('bad_hash') });
});

test('a history rewritten, hashes and all: its chain holds, and who remembers a checkpoint sees two histories', async () => {
  const rewrite = (driver: SqliteDriver) => {
    let previous = aegisFormula.genesis;
    for (const { seq, text } of rowsOf(driver)) {
      const { hash: _, previous_hash: __, ...entry } = Object(JSON.parse(allow(String(text))));
      const sealed = aegisFormula.seal(entry, previous);
      previous = sealed.hash;
      const columns = [sealed.text, sealed.hash, entry.outcome ?? entry.event_type, Number(seq)];
      driver.execute("UPDATE records SET text = ?, hash = ?, verdict = ? WHERE chain = 'aegis' AND seq = ?", columns);
    }
    driver.execute("UPDATE chains SET hash = ? WHERE chain = 'aegis'", [previous]);
  };
  await tampered(rewrite, async (rig, memory) => {
    const lines = await provenLog(rig.log).lines();
    expect(lines.join('\n')).not.toContain('"DENY"');
    expect(await verifyChain(lines, { formula: aegisFormula })).toMatchObject({ ok: true });
    expect(await caught(watchLog(provenLog(rig.log), memory))).toMatchObject({ code: 'forked' });
  });
});
