import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext, Row } from './harness/row.js';
import { memoryGrowth } from './server/memory.js';
import { throughput } from './server/throughput.js';
import { startBare, startGateway } from './servers/start.js';

/** The gateway with its standard profile and a durable log, asked from another process. */
export async function run({ soak }: BenchContext): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const bare = await startBare();
  const gateway = await startGateway(`sqlite:${join(folder, 'gateway.db')}`);
  try {
    const rates = await throughput(bare, gateway);
    return [...rates, await memoryGrowth(gateway, soak ? 1_000_000 : 100_000)];
  } finally {
    await gateway.stop();
    await bare.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
