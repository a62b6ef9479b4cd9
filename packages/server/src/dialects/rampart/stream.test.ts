import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEventBus } from '../../engine/event-bus.js';
import type { EventBus } from '../../engine/events.js';
import { silentLog } from '../../engine/log.js';
import { type TestGateway, testGateway } from '../../testing/gateways.js';
import { EventStreams, openStream } from './stream.js';

const POLICY = `
version: "1"
default_action: allow
policies:
  - name: humans
    rules: [{ action: ask, when: { command_matches: ["sudo *"] } }]
  - name: power
    rules: [{ action: deny, when: { command_matches: ["halt *"] } }]
`;

let t: TestGateway;
beforeEach(async () => {
  t = await testGateway({ policy: POLICY });
});
afterEach(() => t.close());

async function open(
  headers: Record<string, string> = {},
  query = '',
): Promise<{ head: Record<string, unknown>; body: Readable }> {
  const answer = await t.gateway.inject({
    url: `/v1/events/stream${query}`,
    headers,
    payloadAsStream: true,
  });
  return { head: { status: answer.statusCode, ...answer.headers }, body: answer.stream() };
}

async function take(body: Readable, count: number): Promise<readonly Record<string, unknown>[]> {
  const events: Record<string, unknown>[] = [];
  let text = '';
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      expect(text.slice(0, end)).toMatch(/^data: /);
      events.push(Object(JSON.parse(text.slice(6, end))));
      text = text.slice(end + 2);
    }
    if (events.length >= count) return events;
  }
  return events;
}

const exec = (command: string, more: object = {}) =>
  t.send('POST', '/v1/tool/exec', { body: { agent: 'a', session: 's', params: { command }, ...more } });

test('§2.9 the head of the stream, and its first message', async () => {
  const { head, body } = await open({ authorization: `Bearer ${t.admin}` });
  expect(head).toMatchObject({
    status: 200,
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  expect(await take(body, 1)).toEqual([{ type: 'connected' }]);
  body.destroy();
});

test('§1.1 the token may be in the query here', async () => {
  expect((await open({}, '?token=nonsense')).head['status']).toBe(401);
  const { head, body } = await open({}, `?token=${t.admin}`);
  expect(head['status']).toBe(200);
  body.destroy();
});

test('§6 suggestions are redacted for the log, not for the caller', async () => {
  const { body } = await open({ authorization: `Bearer ${t.admin}` });
  const answer = await exec('halt ghp_abc');
  const [, event] = await take(body, 2);
  expect(JSON.stringify(answer)).toContain('halt ghp_abc');
  expect(JSON.stringify(event)).not.toContain('ghp_abc');
  expect(event).toMatchObject({
    event: { decision: { suggestions: ['rampart allow "halt [REDACTED]"', 'rampart allow "halt *"'] } },
  });
  body.destroy();
});

test('§2.9 audit events come redacted, without their place in the chain', async () => {
  const { body } = await open({ authorization: `Bearer ${t.admin}` });
  await exec('git push', { params: { command: 'git push', password: 'hunter2' } });
  const [, event] = await take(body, 2);
  expect(event).toMatchObject({
    type: 'audit',
    event: { tool: 'exec', request: { command: 'git push', password: '[REDACTED]' }, prev_hash: '', hash: '' },
  });
  expect(event?.['event']).not.toHaveProperty('host');
  expect(event?.['event']).not.toHaveProperty('schema_version');
  body.destroy();
});

test('§2.9 approvals, resolutions, bulk answers and learned rules are told', async () => {
  const { body } = await open({ authorization: `Bearer ${t.admin}` });
  const run = { run_id: 'r' };
  const ids = [(await exec('sudo a', run)).body['approval_id'], (await exec('sudo b', run)).body['approval_id']];
  await t.send('POST', `/v1/approvals/${ids[0]}/resolve`, { token: t.admin, body: { approved: true } });
  await t.send('POST', '/v1/approvals/bulk-resolve', {
    token: t.admin,
    body: { agent: 'a', session: 's', run_id: 'r', action: 'deny', scope: 'pending', ids: [ids[1]] },
  });
  await t.send('POST', '/v1/rules/learn', { token: t.admin, body: { tool: 'exec', args: 'make', decision: 'allow' } });
  const types = (await take(body, 10)).map(({ type }) => type);
  expect(types).toEqual([
    'connected',
    ...['approvals', 'audit', 'approvals', 'audit'],
    ...['approvals', 'audit'],
    ...['approvals', 'audit_batch'],
    'rule.learned',
  ]);
  body.destroy();
});

test('§2.9 a client that does not read loses what comes after 32 events', async () => {
  const { body } = await open({ authorization: `Bearer ${t.admin}` });
  for (let i = 0; i < 200; i++) await exec(`echo ${i}`);
  const read: string[] = [];
  body.on('data', (chunk) => read.push(String(chunk)));
  await t.gateway.close();
  expect(read.join('').split('\n\n').length).toBeLessThan(120);
});

test('HEAD answers the head and holds nothing open', async () => {
  const { status, headers } = await t.send('HEAD', '/v1/events/stream', { token: t.admin });
  expect([status, headers['content-type']]).toEqual([200, 'text/event-stream']);
});

test('the end of a stream ends its subscription', async () => {
  const bus = createEventBus(silentLog());
  let listeners = 0;
  const counting: EventBus = {
    publish: (event) => bus.publish(event),
    subscribe(listener) {
      listeners++;
      const end = bus.subscribe(listener);
      return () => {
        listeners--;
        end();
      };
    },
  };
  const streams = new EventStreams();
  const opened = [openStream(counting, streams), openStream(counting, streams)];
  expect([streams.size, listeners]).toEqual([2, 2]);
  for (const stream of opened) stream.destroy();
  await Promise.all(opened.map((stream) => finished(stream).catch(() => undefined)));
  expect([streams.size, listeners]).toEqual([0, 0]);
});

test('an event is written as JSON once, however many follow it', async () => {
  const bus = createEventBus(silentLog());
  const streams = new EventStreams();
  const opened = Array.from({ length: 5 }, () => openStream(bus, streams));
  let written = 0;
  const request = { toJSON: () => ({ written: ++written }) };
  bus.publish({ dialect: 'rampart', type: 'audit', data: { event: { request } } });
  for (const stream of opened) {
    expect((await take(stream, 2))[1]).toMatchObject({ type: 'audit', event: { request: { written: 1 } } });
    stream.destroy();
  }
});
