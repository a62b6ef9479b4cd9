import { describe, expect, it } from 'vitest';
import { parseDuration, parseTime, quote, quoteRune } from './go.js';

describe('durations as Go reads them', () => {
  it.each([
    ['5s', 5000],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['.5s', 500],
    ['1.s', 1000],
    ['-2ms', -2],
    ['+2ms', 2],
    ['0', 0],
    ['3us', 0.003],
    ['3µs', 0.003],
    ['720h0m0s', 2_592_000_000],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBeCloseTo(ms, 9));

  it.each(['', '5', '1 day', 's', '5x', '1h-5m', '--5s', ' 5s', '5s ', '1e3s', '9999999h'])('%j is none', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});

describe('RFC 3339 times', () => {
  it.each([
    ['2027-01-31T09:30:00Z', '2027-01-31T09:30:00.000Z'],
    ['2027-01-31t09:30:00.25z', '2027-01-31T09:30:00.250Z'],
    ['2027-01-31T09:30:00+02:30', '2027-01-31T07:00:00.000Z'],
    ['2027-01-31T09:30:00-00:30', '2027-01-31T10:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('%s', (text, iso) => expect(new Date(parseTime(text) ?? Number.NaN).toISOString()).toBe(iso));

  it.each([
    '2027-01-31',
    '2027-01-31 09:30:00Z',
    '2027-01-31T09:30Z',
    '2027-01-31T09:30:00',
    '2027-02-30T00:00:00Z',
    '2027-02-29T00:00:00Z',
    '2027-13-01T00:00:00Z',
    '2027-01-31T24:00:00Z',
    '2027-01-31T09:60:00Z',
    '2027-01-31T09:30:00+25:00',
    'tomorrow',
  ])('%s is none', (text) => expect(parseTime(text)).toBeUndefined());
});

describe('quoting as Go does', () => {
  it.each([
    ['plain é 漢 😀', '"plain é 漢 😀"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\u0007\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['\0\u001b\u007f', '"\\x00\\x1b\\x7f"'],
    ['\u200b\ufeff\u{e0001}', '"\\u200b\\ufeff\\U000e0001"'],
    ["it's", '"it\'s"'],
  ])('%j', (text, quoted) => expect(quote(text)).toBe(quoted));

  it('quotes a single character', () => {
    expect(quoteRune("'")).toBe("'\\''");
    expect(quoteRune('"')).toBe("'\"'");
  });
});
