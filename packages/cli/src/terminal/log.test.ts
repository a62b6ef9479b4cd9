import { describe, expect, test } from 'vitest';
import type { Io } from './io.js';
import { readableLog } from './log.js';

const AT = new Date(2026, 3, 11, 14, 30, 5);

function logged(more: Partial<Io> = {}) {
  const lines: string[] = [];
  const io: Io = {
    print: () => {},
    note: (line) => void lines.push(line),
    env: {},
    colour: false,
    logs: 'text',
    signal: new AbortController().signal,
    cwd: '/',
    ...more,
  };
  return { log: readableLog(io, () => AT), lines };
}

describe('a log for people', () => {
  test('is one line with time, level, message, reason and fields', () => {
    const { log, lines } = logged();
    log.error({ err: new Error('engine: reload failed: bad (p.yaml:5:7)') }, 'policies were not reloaded');
    log.warn({ queue: 'ask', limit: 4, none: undefined }, 'dropped');
    log.info({}, 'ready');
    log.debug({}, 'detail');
    expect(lines).toEqual([
      '14:30:05  error  policies were not reloaded: engine: reload failed: bad (p.yaml:5:7)',
      '14:30:05  warn   dropped  queue=ask  limit=4',
      '14:30:05  info   ready',
    ]);
  });

  test('has colours only where it is told to', () => {
    const { log, lines } = logged({ logs: 'coloured' });
    log.error({}, 'failed');
    expect(lines[0]).toContain('\u001b[31merror\u001b[39m');
  });

  test('shows no secret, and nothing that a terminal would obey', () => {
    const { log, lines } = logged();
    log.warn({ token: 'very-secret', say: '\u001b[2J', err: new Error('Bearer very-secret\nx') }, 'failed');
    expect(lines).toEqual(['14:30:05  warn   failed: Bearer [redacted]\\u000ax  token=[redacted]  say=\\u001b[2J']);
  });

  test('tells where a fault lies to those who ask', () => {
    const { log, lines } = logged({ env: { DEBUG: 'sallyport' } });
    log.debug({ err: new Error('why') }, 'detail');
    expect(lines[0]).toContain('debug  detail: why');
    expect(lines[1]).toContain('log.test.ts');
  });
});
