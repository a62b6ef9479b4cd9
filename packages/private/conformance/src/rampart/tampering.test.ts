import { rmSync } from 'node:fs';
import { type RampartEvent, rampartFormula, verifyChain } from '@sallyport/verify';
import { describe, expect, test } from 'vitest';
import { SqliteDriver } from '../../../../server/src/store/sqlite/driver.js';
import { stores } from '../../../../server/src/testing/stores.js';
import { caught } from '../support/caught.js';
import { type Memory, provenLog, watchLog } from '../support/log.js';
import { type Rig, startRig } from '../support/rig.js';

/** Seals a chain anew, after somebody has changed it: its hashes are right again. */
function resealed(texts: readonly string[], change: (text: string) => string): { texts: string[]; hashes: string[] } {
  const hashes: string[] = [];
  const sealed = texts.map((text) => {
    const {
      prev_hash: _,
      hash: __,
      ...event
    }: RampartEvent & Record<'prev_hash' | 'hash', string> = JSON.parse(change(text));
    const { text: line, hash } = rampartFormula.seal(event, hashes.at(-1) ?? rampartFormula.genesis);
    hashes.push(hash);
    return line;
  });
  return { texts: sealed, hashes };
}

describe('a history that was tampered with in the file between two runs', () => {
  const sqlite = stores.find(({ name }) => name === 'sqlite');

  /** Runs a gateway, lets somebody at its file, and runs it again; `keep` leaves the checkpoint beside the file alone. */
  async function tampered(
    calls: number,
    tamper: (driver: SqliteDriver) => void,
    then: (rig: Rig, memory: Memory) => Promise<void>,
    keep: 'checkpoint' | 'nothing' = 'nothing',
  ) {
    const kept = await sqlite?.create();
    if (!kept) throw new Error('there is no SQLite store to test on');
    try {
      const before = await startRig({ store: kept.address });
      await Promise.all(Array.from({ length: calls }, (_, index) => before.agent.exec(`rm -rf / ${index}`)));
      const memory = await watchLog(provenLog(before));
      await before.close();
      const file = kept.address.slice('sqlite:'.length);
      const driver = new SqliteDriver(file);
      tamper(driver);
      driver.close();
      if (keep === 'nothing') rmSync(`${file}.checkpoint`);
      const after = await startRig({ store: kept.address });
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
    driver
      .execute("SELECT text FROM records WHERE chain = 'rampart' ORDER BY seq", [])
      .rows.map(({ text }) => String(text));
  const allow = (text: string) => text.replace('rm -rf / 3"', 'ls 3"').replaceAll('"deny"', '"allow"');

  test('one record changed: the gateway does not start on it', async () => {
    const change = (driver: SqliteDriver) => {
      driver.execute("UPDATE records SET text = ? WHERE chain = 'rampart' AND seq = ?", [
        allow(textsOf(driver)[3] ?? ''),
        3,
      ]);
    };
    const error = await caught(tampered(9, change, async () => {}));
    expect(error).toMatchObject({ code: 'ledger_damaged', message: expect.stringContaining('bad_hash') });
  });

  test('an old record changed: the export does not verify, and names it', async () => {
    let id = '';
    const change = (driver: SqliteDriver) => {
      const [text = ''] = textsOf(driver);
      id = String(JSON.parse(text).id);
      driver.execute("UPDATE records SET text = ? WHERE chain = 'rampart' AND seq = ?", [allow(text), 0]);
    };
    await tampered(1300, change, async (rig) => {
      const lines = await provenLog(rig).lines();
      expect(await verifyChain(lines, { formula: rampartFormula })).toMatchObject({
        ok: false,
        firstBad: { line: 1, id },
      });
      const { body } = await rig.send('GET', '/sallyport/v1/log/rampart/verify', { token: rig.tokens.admin });
      expect(body).toMatchObject({ ok: false, firstBad: { line: 1, id, code: 'bad_hash' } });
      expect(await caught(rig.admin.audit.stats())).toMatchObject({ body: { error: expect.stringContaining(id) } });
    });
  });

  const rewrite = (driver: SqliteDriver) => {
    const { texts, hashes } = resealed(textsOf(driver), allow);
    for (const [seq, text] of texts.entries()) {
      const columns = [text, hashes[seq] ?? '', JSON.parse(text).decision.action, seq];
      driver.execute("UPDATE records SET text = ?, hash = ?, verdict = ? WHERE chain = 'rampart' AND seq = ?", columns);
    }
    driver.execute("UPDATE chains SET hash = ? WHERE chain = 'rampart'", [hashes.at(-1) ?? '']);
  };

  test('a whole history rewritten, hashes and all: who remembers a checkpoint sees two histories', async () => {
    await tampered(9, rewrite, async (rig, memory) => {
      const lines = await provenLog(rig).lines();
      expect(await verifyChain(lines, { formula: rampartFormula })).toMatchObject({ ok: true });
      expect(await caught(watchLog(provenLog(rig), memory))).toMatchObject({ code: 'forked' });
    });
  });

  test('the same, and then appended to: the proof of growth does not lead to what was signed', async () => {
    await tampered(9, rewrite, async (rig, memory) => {
      await rig.agent.exec('ls');
      expect(await caught(watchLog(provenLog(rig), memory))).toMatchObject({ code: 'rewritten' });
    });
  });

  const cut = (driver: SqliteDriver) => {
    driver.execute("DELETE FROM records WHERE chain = 'rampart' AND seq >= 5", []);
    driver.execute(
      "UPDATE chains SET size = 5, hash = (SELECT hash FROM records WHERE chain = 'rampart' AND seq = 4) WHERE chain = 'rampart'",
      [],
    );
  };

  test('its end cut off: who remembers a checkpoint misses it', async () => {
    await tampered(9, cut, async (rig, memory) => {
      expect(await caught(watchLog(provenLog(rig), memory))).toMatchObject({ code: 'cut_tail' });
    });
  });

  test('its end cut off and grown again: the history is another one', async () => {
    await tampered(9, cut, async (rig, memory) => {
      await Promise.all(Array.from({ length: 8 }, () => rig.agent.exec('ls')));
      expect(await caught(watchLog(provenLog(rig), memory))).toMatchObject({ code: 'rewritten' });
    });
  });

  const forget = (driver: SqliteDriver) => {
    driver.execute('DELETE FROM secrets', []);
  };

  test.each([
    ['rewritten, hashes and all', rewrite, /was rewritten: its 9 records do not begin with the 9 that/],
    ['cut off at its end', cut, /has 5 records, and .* is signed over 9/],
    ['under another signing key', forget, /this database's key did not sign/],
  ])(
    'a history %s does not go on from the checkpoint beside the file: the gateway does not start',
    async (_what, tamper, why) => {
      const error = await caught(tampered(9, tamper, async () => {}, 'checkpoint'));
      expect(error).toMatchObject({ code: 'checkpoint_mismatch', message: expect.stringMatching(why) });
    },
  );

  test('its signing key replaced: what it signs is worth nothing', async () => {
    await tampered(3, forget, async (rig, memory) => {
      expect(await caught(watchLog(provenLog(rig), memory))).toMatchObject({ code: 'unknown_key' });
    });
  });
});
