import { RampartClient } from '@sallyport/rampart';
import { RampartClientSync } from '@sallyport/rampart/sync';
import { interleave } from './harness/interleave.js';
import type { Row } from './harness/row.js';
import { median } from './harness/statistics.js';
import { startBare } from './servers/start.js';

const ROUNDS = 9;
const CALLS = 400;

const microseconds = (started: number): number => (performance.now() - started) * 1000;

/** A call that blocks its thread against the same call awaited: median latency of one. */
export async function run(): Promise<readonly Row[]> {
  const server = await startBare();
  const options = { url: server.url, token: 'bench', agent: 'bench', session: 'bench' };
  const awaited = new RampartClient(options);
  const blocking = new RampartClientSync(options);

  const latency = await interleave(ROUNDS, {
    awaited: async () => {
      const spent: number[] = [];
      for (let index = 0; index < CALLS; index++) {
        const started = performance.now();
        await awaited.exec(`git log -n ${index}`);
        spent.push(microseconds(started));
      }
      return median(spent);
    },
    blocking: () => {
      const spent: number[] = [];
      for (let index = 0; index < CALLS; index++) {
        const started = performance.now();
        blocking.exec(`git log -n ${index}`);
        spent.push(microseconds(started));
      }
      return median(spent);
    },
  });
  blocking.close();
  await awaited.close();
  await server.stop();
  return [
    {
      name: 'blocking call ÷ awaited call',
      value: latency.blocking / latency.awaited,
      unit: '×',
      better: 'less',
      limit: 1.6,
    },
    { name: 'blocking call', value: latency.blocking, unit: 'µs', better: 'less' },
  ];
}
