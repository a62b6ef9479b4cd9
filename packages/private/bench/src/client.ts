import { RampartClient } from '@sallyport/rampart';
import { request } from 'undici';
import { interleave } from './harness/interleave.js';
import { callsPerSecond } from './harness/measure.js';
import type { Row } from './harness/row.js';
import { startBare } from './servers/start.js';

const ROUNDS = 9;
const CALLS = { one: 1500, many: 6000 };
const MANY = 32;

/** What the connection itself puts into a request. */
const OF_THE_CONNECTION = new Set(['host', 'connection', 'content-length']);

const bodyOf = (index: number): object => ({
  agent: 'bench',
  session: 'bench',
  params: { command: `git log -n ${index}` },
  run_id: 'run',
  tool_call_id: `call-${index}`,
});

/** The client against the plain libraries that it could be replaced with, all asking the same server in the same words. */
export async function run(): Promise<readonly Row[]> {
  const server = await startBare();
  const rampart = new RampartClient({ url: server.url, token: 'bench', agent: 'bench', session: 'bench' });
  await rampart.exec('git log');
  const sent: Record<string, string> = JSON.parse(await (await fetch(`${server.url}/last-headers`)).text());
  const headers = Object.fromEntries(Object.entries(sent).filter(([name]) => !OF_THE_CONNECTION.has(name)));
  const url = `${server.url}/v1/tool/exec`;

  const client = (index: number): Promise<unknown> => rampart.exec(`git log -n ${index}`);
  const raw = async (index: number): Promise<unknown> => {
    const { body } = await request(url, { method: 'POST', headers, body: JSON.stringify(bodyOf(index)) });
    return JSON.parse(await body.text());
  };
  const fetched = async (index: number): Promise<unknown> => {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(bodyOf(index)) });
    return JSON.parse(await response.text());
  };

  const rates = await interleave(ROUNDS, {
    raw: () => callsPerSecond(CALLS.one, 1, raw),
    client: () => callsPerSecond(CALLS.one, 1, client),
    raw32: () => callsPerSecond(CALLS.many, MANY, raw),
    client32: () => callsPerSecond(CALLS.many, MANY, client),
    fetch32: () => callsPerSecond(CALLS.many / 3, MANY, fetched),
  });
  await rampart.close();
  await server.stop();
  return [
    {
      name: 'client ÷ undici request, 1 in flight',
      value: rates.client / rates.raw,
      unit: '×',
      better: 'more',
      aim: 0.9,
      limit: 0.8,
    },
    {
      name: 'client ÷ undici request, 32 in flight',
      value: rates.client32 / rates.raw32,
      unit: '×',
      better: 'more',
      aim: 0.9,
      limit: 0.8,
    },
    {
      name: 'client ÷ global fetch, 32 in flight',
      value: rates.client32 / rates.fetch32,
      unit: '×',
      better: 'more',
      limit: 2.5,
    },
    { name: 'client, 32 in flight', value: rates.client32, unit: '/s', better: 'more' },
  ];
}
