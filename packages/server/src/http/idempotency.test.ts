import { expect, test } from 'vitest';
import { IDEMPOTENCY_TTL } from '../engine/idempotency.js';
import type { Row, Unit } from '../engine/unit.js';
import type { Answer } from './answer.js';
import {
  finalising,
  IdempotencyKeyError,
  IdempotencyMismatchError,
  idempotencyKey,
  keyedRequest,
  remembering,
} from './idempotency.js';

test.each([
  [{}, undefined],
  [{ 'idempotency-key': 'abc' }, 'abc'],
  [{ 'idempotency-key': '"abc"' }, 'abc'],
  [{ 'idempotency-key': '"a\\"b"' }, 'a"b'],
  [{ 'x-idempotency-key': 'abc' }, 'abc'],
  [{ 'idempotency-key': 'abc', 'x-idempotency-key': 'abc' }, 'abc'],
])('%j carries the key %s', (headers, key) => {
  expect(idempotencyKey(headers)).toBe(key);
});

test.each([
  { 'idempotency-key': '' },
  { 'idempotency-key': 'two words' },
  { 'idempotency-key': 'x'.repeat(256) },
  { 'idempotency-key': 'a', 'x-idempotency-key': 'b' },
])('%j is refused', (headers) => {
  expect(() => idempotencyKey(headers)).toThrow(IdempotencyKeyError);
});

test('the fingerprint covers method, path and body', () => {
  const base = { method: 'POST', path: '/a', body: Buffer.from('{}') };
  const prints = [base, { ...base, path: '/b' }, { ...base, method: 'PUT' }, { ...base, body: Buffer.from('[]') }].map(
    (request) => keyedRequest('s', 'k', request).fingerprint,
  );
  expect(new Set(prints).size).toBe(4);
  expect(keyedRequest('s', 'k', base).fingerprint).toBe(prints[0]);
});

const asIs = { keep: (answer: Answer) => answer, replay: (answer: Answer) => answer };
const request = keyedRequest('caller', 'k', { method: 'POST', path: '/a', body: Buffer.alloc(0) });
const kept = (row: Partial<Row>): Row => ({
  fingerprint: request.fingerprint,
  status: 202,
  body: 'before',
  created_at: 5,
  ...row,
});

function counting() {
  const runs = { count: 0 };
  const unit: Unit<Answer> = {
    chains: ['c'],
    load: [{ sql: 'SELECT 1', params: [] }],
    decide: (facts) => {
      runs.count++;
      return { writes: [{ sql: 'W', params: [] }], answer: { status: 200, body: JSON.stringify(facts) } };
    },
  };
  return { runs, unit };
}

test('a remembered unit answers as it did the first time, and does nothing else', () => {
  const { runs, unit } = counting();
  const remembered = remembering(request, unit, asIs);
  const first = remembered.decide([[], [{ one: 1 }]], { now: 5 });
  expect(first.answer).toEqual({ status: 200, body: '[[{"one":1}]]' });
  const [, insert] = first.writes ?? [];
  expect(insert?.params.slice(0, 6)).toEqual(['caller', 'k', request.fingerprint, 200, '[[{"one":1}]]', 5]);

  expect(remembered.decide([[kept({})], []], { now: 6 })).toEqual({
    answer: { kind: 'replay', status: 202, body: 'before' },
  });
  expect(runs.count).toBe(1);
  const foreign = [kept({ fingerprint: 'other' })];
  expect(() => remembered.decide([foreign, []], { now: 6 })).toThrow(IdempotencyMismatchError);
  remembered.decide([[kept({})], []], { now: 5 + IDEMPOTENCY_TTL });
  expect(runs.count).toBe(2);
});

test('a final answer takes the place of a provisional one, once', () => {
  const { runs, unit } = counting();
  const final = finalising(request, unit, asIs);
  const [, update] = final.decide([[kept({})], []], { now: 6 }).writes ?? [];
  expect(update?.params).toEqual([200, '[[]]', 'caller', 'k', request.fingerprint]);
  expect(final.decide([[kept({ status: 200 })], []], { now: 6 })).toEqual({
    answer: { kind: 'replay', status: 200, body: 'before' },
  });
  expect(runs.count).toBe(1);
});
