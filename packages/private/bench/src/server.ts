import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Subject } from './gateways/subject.js';
import type { BenchContext, Row } from './harness/row.js';
import { memoryGrowth } from './server/memory.js';
import { throughput } from './server/throughput.js';
import { startBare } from './servers/start.js';

/** The gateway with a durable log, asked from another process; Rampart's with its standard profile. */
export async function run(subject: Subject, { soak }: BenchContext): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const bare = await startBare(subject.name);
  const gateway = await subject.start(`sqlite:${join(folder, 'gateway.db')}`);
  try {
    const rates = await throughput(subject, bare, gateway);
    // What is never given back is the engine's: one protocol shows it.
    if (subject.name !== 'rampart') return rates;
    return [...rates, await memoryGrowth(subject, gateway, soak ? 1_000_000 : 100_000)];
  } finally {
    await gateway.stop();
    await bare.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
