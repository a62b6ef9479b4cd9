import { execFileSync } from 'node:child_process';
import type { Subject } from '../gateways/subject.js';
import { callsPerSecond } from '../harness/measure.js';
import type { Row } from '../harness/row.js';
import type { GatewayServer } from '../servers/start.js';
import { Asker } from './ask.js';

const IN_FLIGHT = 32;
const WARM_UP = 50_000;
const SAMPLES = 10;

const residentMegabytes = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;

/**
 * How much the gateway's memory grows while its log does. The smallest of the last samples is compared with the largest
 * of the warm-up, so that only what is never given back counts.
 */
export async function memoryGrowth(subject: Subject, gateway: GatewayServer, decisions: number): Promise<Row> {
  const asker = new Asker(subject, gateway.url, gateway.token, IN_FLIGHT);
  const sample = async (calls: number): Promise<number[]> => {
    const samples: number[] = [];
    for (let taken = 0; taken < SAMPLES; taken++) {
      await callsPerSecond(calls / SAMPLES, IN_FLIGHT, asker.ask);
      samples.push(residentMegabytes(gateway.pid));
    }
    return samples;
  };
  const before = Math.max(...(await sample(WARM_UP)));
  const after = Math.min(...(await sample(decisions)).slice(-SAMPLES / 2));
  await asker.close();
  return {
    name: `${subject.name}: memory growth over ${decisions.toLocaleString('en')} decisions`,
    value: Math.max(0, after - before),
    unit: 'MB',
    better: 'less',
    limit: 64,
  };
}
