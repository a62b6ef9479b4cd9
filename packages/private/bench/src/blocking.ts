import type { Subject } from './gateways/subject.js';
import { interleave } from './harness/interleave.js';
import type { Row } from './harness/row.js';
import { median } from './harness/statistics.js';
import { startBare } from './servers/start.js';

const ROUNDS = 9;
const CALLS = 400;

const microseconds = (started: number): number => (performance.now() - started) * 1000;

/** A call that blocks its thread against the same call awaited: median latency of one. */
export async function run(subject: Subject): Promise<readonly Row[]> {
  const server = await startBare(subject.name);
  const awaited = subject.client(server.url);
  const blocking = subject.blocking(server.url);

  const latency = await interleave(ROUNDS, {
    awaited: async () => {
      const spent: number[] = [];
      for (let index = 0; index < CALLS; index++) {
        const started = performance.now();
        await awaited.ask(index);
        spent.push(microseconds(started));
      }
      return median(spent);
    },
    blocking: () => {
      const spent: number[] = [];
      for (let index = 0; index < CALLS; index++) {
        const started = performance.now();
        blocking.ask(index);
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
      name: `${subject.name}: blocking call ÷ awaited call`,
      value: latency.blocking / latency.awaited,
      unit: '×',
      better: 'less',
      limit: 1.6,
    },
    { name: `${subject.name}: blocking call`, value: latency.blocking, unit: 'µs', better: 'less' },
  ];
}
