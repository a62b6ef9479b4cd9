import type { Subject } from '../gateways/subject.js';
import { interleave } from '../harness/interleave.js';
import { callsPerSecond } from '../harness/measure.js';
import type { Row } from '../harness/row.js';
import { quantile } from '../harness/statistics.js';
import type { GatewayServer } from '../servers/start.js';
import { Asker } from './ask.js';

const ROUNDS = 9;
const CALLS = 4000;
const IN_FLIGHT = 32;

/** Decisions a second, against a server that does nothing but parse and answer. */
export async function throughput(
  subject: Subject,
  bare: { readonly url: string },
  gateway: GatewayServer,
): Promise<readonly Row[]> {
  const nothing = new Asker(subject, bare.url, 'bench', IN_FLIGHT);
  const everything = new Asker(subject, gateway.url, gateway.token, IN_FLIGHT);
  const latencies: number[] = [];
  const timed = async (): Promise<void> => {
    const started = performance.now();
    await everything.ask();
    latencies.push(performance.now() - started);
  };
  const rates = await interleave(ROUNDS, {
    bare: () => callsPerSecond(CALLS, IN_FLIGHT, nothing.ask),
    gateway: () => callsPerSecond(CALLS, IN_FLIGHT, timed),
  });
  await Promise.all([nothing.close(), everything.close()]);
  return [
    {
      name: `${subject.name}: durable decisions ÷ bare node:http, 32 in flight`,
      value: rates.gateway / rates.bare,
      unit: '×',
      better: 'more',
      aim: 0.5,
      limit: 0.35,
    },
    // Ten times what the original server does with the same profile on a machine of this size.
    {
      name: `${subject.name}: durable decisions, 32 in flight`,
      value: rates.gateway,
      unit: '/s',
      better: 'more',
      ...(subject.name === 'rampart' && { aim: 6000 }),
    },
    { name: `${subject.name}: durable decision, p50`, value: quantile(latencies, 0.5), unit: 'ms', better: 'less' },
    { name: `${subject.name}: durable decision, p99`, value: quantile(latencies, 0.99), unit: 'ms', better: 'less' },
  ];
}
