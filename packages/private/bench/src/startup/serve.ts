import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interleave } from '../harness/interleave.js';
import type { Row } from '../harness/row.js';
import { startGateway } from '../servers/start.js';

const ROUNDS = 9;

/** From the start of the process to the first answer, with a new SQLite file each time. */
export async function serveCost(): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  let started = 0;
  const { serve } = await interleave(ROUNDS, {
    serve: async () => {
      const began = performance.now();
      const gateway = await startGateway(`sqlite:${join(folder, `${started++}.db`)}`, 'rampart', 'token');
      const answer = await fetch(`${gateway.url}/healthz`);
      const spent = performance.now() - began;
      if (!answer.ok) throw new Error(`The gateway is not healthy: ${answer.status}.`);
      await gateway.stop();
      return spent;
    },
  });
  rmSync(folder, { recursive: true, force: true });
  return {
    name: 'serve, process start to first answer',
    value: serve,
    unit: 'ms',
    better: 'less',
    aim: 400,
    limit: 700,
  };
}
