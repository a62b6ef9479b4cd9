import { request } from 'undici';
import type { Subject } from './gateways/subject.js';
import { interleave } from './harness/interleave.js';
import { callsPerSecond } from './harness/measure.js';
import type { Row } from './harness/row.js';
import { startBare } from './servers/start.js';

const ROUNDS = 9;
const CALLS = { one: 1500, many: 6000 };
const MANY = 32;

/** What the connection itself puts into a request. */
const OF_THE_CONNECTION = new Set(['host', 'connection', 'content-length']);

/** The client against the plain libraries that it could be replaced with, all asking the same server in the same words. */
export async function run(subject: Subject): Promise<readonly Row[]> {
  const server = await startBare(subject.name);
  const asking = subject.client(server.url);
  await asking.ask(0);
  const sent: Record<string, string> = JSON.parse(await (await fetch(`${server.url}/last-headers`)).text());
  const common = Object.fromEntries(Object.entries(sent).filter(([name]) => !OF_THE_CONNECTION.has(name)));
  const plain = (index: number) => {
    const { path, headers, ...rest } = subject.request(index);
    return {
      url: `${server.url}${path}`,
      init: { ...rest, headers: headers === undefined ? common : { ...common, ...headers } },
    };
  };

  const client = (index: number): Promise<unknown> => asking.ask(index);
  const raw = async (index: number): Promise<unknown> => {
    const { url, init } = plain(index);
    const { body } = await request(url, init);
    return JSON.parse(await body.text());
  };
  const fetched = async (index: number): Promise<unknown> => {
    const { url, init } = plain(index);
    return JSON.parse(await (await fetch(url, init)).text());
  };

  const rates = await interleave(ROUNDS, {
    raw: () => callsPerSecond(CALLS.one, 1, raw),
    client: () => callsPerSecond(CALLS.one, 1, client),
    raw32: () => callsPerSecond(CALLS.many, MANY, raw),
    client32: () => callsPerSecond(CALLS.many, MANY, client),
    fetch32: () => callsPerSecond(CALLS.many / 3, MANY, fetched),
  });
  await asking.close();
  await server.stop();
  return [
    {
      name: `${subject.name}: client ÷ undici request, 1 in flight`,
      value: rates.client / rates.raw,
      unit: '×',
      better: 'more',
      aim: 0.9,
      limit: 0.8,
    },
    {
      name: `${subject.name}: client ÷ undici request, 32 in flight`,
      value: rates.client32 / rates.raw32,
      unit: '×',
      better: 'more',
      aim: 0.9,
      limit: 0.8,
    },
    {
      name: `${subject.name}: client ÷ global fetch, 32 in flight`,
      value: rates.client32 / rates.fetch32,
      unit: '×',
      better: 'more',
      limit: 2.5,
    },
    { name: `${subject.name}: client, 32 in flight`, value: rates.client32, unit: '/s', better: 'more' },
  ];
}
