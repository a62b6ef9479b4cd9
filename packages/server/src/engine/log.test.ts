import { expect, test } from 'vitest';
import { createEventBus } from './event-bus.js';
import { createLog, silentLog } from './log.js';
import type { EngineEvent } from './unit.js';

function captured(level?: 'debug' | 'info') {
  const lines: string[] = [];
  const log = createLog({ ...(level !== undefined && { level }), destination: { write: (line) => lines.push(line) } });
  return { log, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') };
}

test('writes one JSON object a line, with what it is about', () => {
  const { log, last } = captured();
  log.warn({ queue: 'ask', limit: 4 }, 'dropped');
  expect(last()).toMatchObject({ level: 40, queue: 'ask', limit: 4, msg: 'dropped' });
});

test('leaves out what is below its level', () => {
  const { log, lines } = captured();
  log.debug({}, 'detail');
  expect(lines).toEqual([]);
  const detailed = captured('debug');
  detailed.log.debug({}, 'detail');
  expect(detailed.lines).toHaveLength(1);
});

test('shows no credential, neither by its name nor in an error', () => {
  const { log, lines } = captured();
  const cause = new Error('tried rampart_0123456789abcdef0123456789abcdef');
  const error = new Error('Authorization: Bearer very-secret-token', { cause });
  log.error({ token: 'very-secret-token', req: { authorization: 'Bearer very-secret-token' }, err: error }, 'failed');
  expect(lines.join('')).not.toMatch(/very-secret|0123456789abcdef/);
  expect(lines.join('')).toContain('[redacted]');
});

test('takes what is no error for one', () => {
  const { log, last } = captured();
  log.error({ err: undefined }, 'failed');
  log.error({ err: 'a text' }, 'failed');
  expect(last()).toMatchObject({ err: 'a text' });
});

test('an event listener that throws is logged, and stays, and stops nobody else', () => {
  const { log, lines } = captured();
  const bus = createEventBus(log);
  const heard: EngineEvent[] = [];
  bus.subscribe(() => {
    throw new Error('broken');
  });
  const end = bus.subscribe((event) => heard.push(event));
  const event = { dialect: 'test', type: 't', data: 1 };
  bus.publish(event);
  bus.publish(event);
  expect(heard).toEqual([event, event]);
  expect(lines).toHaveLength(2);
  end();
  bus.publish(event);
  expect(heard).toHaveLength(2);
});

test('a silent log takes everything', () => {
  const log = silentLog();
  for (const write of [log.debug, log.info, log.warn, log.error]) expect(write({}, 'x')).toBeUndefined();
});
