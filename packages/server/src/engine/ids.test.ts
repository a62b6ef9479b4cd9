import { expect, test } from 'vitest';
import { createIds } from './ids.js';
import { seededRandom, systemRandom } from './random.js';

const AT = Date.UTC(2026, 3, 11, 14, 30);

test('ULIDs of one millisecond grow, and so do those of later ones', () => {
  const ids = createIds(systemRandom());
  const made = [...Array.from({ length: 100 }, () => ids.ulid(AT)), ids.ulid(AT + 1), ids.ulid(AT + 2)];
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
  for (const id of made) expect(id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
});

test('a clock that goes back gives no id that is out of order', () => {
  const ids = createIds(systemRandom());
  const before = ids.ulid(AT);
  expect(ids.ulid(AT - 1000) > before).toBe(true);
});

test('UUIDs are of version 4', () => {
  const ids = createIds(systemRandom());
  for (let round = 0; round < 50; round += 1) {
    expect(ids.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test('a seed gives the same ids and bytes again, another seed others', () => {
  const draw = (seed: string) => {
    const random = seededRandom(seed);
    const ids = createIds(random);
    return [random.bytes(3), random.bytes(70), ids.ulid(AT), ids.ulid(AT), ids.uuid()].map(String);
  };
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
});

test('random bytes are as many as asked for, and differ', () => {
  for (const random of [systemRandom(), seededRandom('x')]) {
    expect(random.bytes(0)).toHaveLength(0);
    expect(random.bytes(100)).toHaveLength(100);
    expect(random.bytes(16)).not.toEqual(random.bytes(16));
  }
});
