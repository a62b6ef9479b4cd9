import undici, { getGlobalDispatcher, MockAgent, setGlobalDispatcher } from 'undici';
import { afterEach, expect, it, vi } from 'vitest';
import { Caller } from '../pipeline.js';
import { failure, READ } from '../test/caller.js';
import { UndiciTransport } from './undici.js';

const original = getGlobalDispatcher();
afterEach(() => {
  vi.restoreAllMocks();
  setGlobalDispatcher(original);
});

const caller = (options: object) =>
  new Caller({
    gateway: 'gate',
    baseUrl: 'http://gate.test',
    credentials: {},
    options: { telemetry: false, ...options },
  });

function mock(answer: string): MockAgent {
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent.get('http://gate.test').intercept({ path: '/things/x' }).reply(200, { answer });
  return agent;
}

it('is looked up for each request, so that a MockAgent set later is used', async () => {
  const client = caller({});
  const operation = { ...READ, auth: 'none' };
  setGlobalDispatcher(mock('first'));
  expect(await client.call(operation, 'x')).toEqual({ answer: 'first' });
  setGlobalDispatcher(mock('second'));
  expect(await client.call(operation, 'x')).toEqual({ answer: 'second' });
});

it('gives way to the dispatcher that is given', async () => {
  setGlobalDispatcher(mock('global'));
  const operation = { ...READ, auth: 'none' };
  expect(await caller({ dispatcher: mock('own') }).call(operation, 'x')).toEqual({ answer: 'own' });
});

it('fails the request when there is none to be had, the first time and later', async () => {
  vi.spyOn(undici, 'getGlobalDispatcher').mockImplementation(() => {
    throw new TypeError('no dispatcher');
  });
  const transport = new UndiciTransport();
  const send = () =>
    transport.send({ method: 'GET', url: 'http://gate.test/', headers: {}, maxResponseBytes: 1024 }).result;
  expect(await failure(send())).toMatchObject({ message: 'no dispatcher' });
  expect(await failure(send())).toMatchObject({ message: 'no dispatcher' });
});
