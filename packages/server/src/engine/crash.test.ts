import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { rampartFormula, verifyChainSync } from '@sallyport/verify';
import { expect, test } from 'vitest';
import { TEST_CHAIN } from '../testing/records.js';
import { createEngine } from './create.js';
import { silentLog } from './log.js';

const ROUNDS = Number(process.env['SALLYPORT_CRASH_ROUNDS'] ?? 3);
const CHILD = fileURLToPath(new URL('../testing/crash-child.ts', import.meta.url));

/** Runs the child until it has acknowledged so many, kills it in the middle of its work, and gives all that it said. */
async function crash(store: string, round: number, after: number): Promise<string[]> {
  const args = ['--conditions=@sallyport/source', '--import', 'tsx', CHILD, store, `${round}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (id) => {
    acknowledged.push(id);
    if (acknowledged.length === after) child.kill('SIGKILL');
  });
  await Promise.all([once(lines, 'close'), once(child, 'close')]);
  return acknowledged;
}

test(`${ROUNDS} times killed under load, it has lost nothing that it acknowledged, and its chain verifies`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-'));
  const store = `sqlite:${join(folder, 'gateway.db')}`;
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // Another moment each time: in the first batch, in the middle of a tile, beyond several.
    const said = await crash(store, round, 20 + ((round * 733) % 2500));
    expect(said.length).toBeGreaterThanOrEqual(20);
    acknowledged.push(...said);
    const engine = await createEngine({ store, log: silentLog() });
    await engine.ledger.register(TEST_CHAIN, rampartFormula);
    const texts: string[] = [];
    const ids = new Set<string>();
    for await (const record of engine.ledger.stream({ chain: TEST_CHAIN })) {
      texts.push(record.text);
      ids.add(record.id);
    }
    const { size: count, hash: head } = await engine.ledger.head(TEST_CHAIN);
    expect(verifyChainSync(texts, { formula: rampartFormula, expected: { count, head } }).ok).toBe(true);
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    await engine.close();
  }
  await rm(folder, { recursive: true });
}, 600_000);
