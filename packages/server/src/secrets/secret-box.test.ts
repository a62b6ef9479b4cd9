import { randomBytes } from 'node:crypto';
import { ConfigurationError } from '@sallyport/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestEngine, testEngine } from '../testing/engines.js';
import { stores } from '../testing/stores.js';
import { keptSecret, SecretBox } from './secret-box.js';

const SECRET = Buffer.from('the secret');

describe('a secret box', () => {
  const box = new SecretBox(Buffer.alloc(32, 1));

  test('opens what it sealed, and never seals the same twice', () => {
    const [first, second] = [box.seal('a', SECRET), box.seal('a', SECRET)];
    expect(box.open('a', first)).toEqual(SECRET);
    expect(first).not.toEqual(second);
    expect(first.includes(SECRET)).toBe(false);
    expect(box.open('a', box.seal('a', Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  });

  test('does not open what was sealed under another name or key', () => {
    const sealed = box.seal('a', SECRET);
    expect(() => box.open('b', sealed)).toThrow(ConfigurationError);
    expect(() => new SecretBox(Buffer.alloc(32, 2)).open('a', sealed)).toThrow(/"a".*master key/);
  });

  test('does not open what was changed anywhere, or cut', () => {
    const sealed = box.seal('a', SECRET);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => box.open('a', changed)).toThrow(ConfigurationError);
      expect(() => box.open('a', sealed.subarray(0, at))).toThrow(ConfigurationError);
    }
  });
});

describe.each(stores)('a kept secret on $name', (kind) => {
  let t: TestEngine;
  const box = new SecretBox(Buffer.alloc(32, 1));

  beforeEach(async () => {
    t = await testEngine(kind);
  });
  afterEach(() => t.close());

  test('is made once, and is the same for everybody who asks', async () => {
    let made = 0;
    const make = () => {
      made += 1;
      return randomBytes(16);
    };
    const got = await Promise.all([1, 2, 3].map(() => keptSecret(t.engine.lane, box, 'key', make)));
    expect(new Set(got.map((secret) => secret.toString('hex'))).size).toBe(1);
    expect(made).toBe(1);
    expect(await keptSecret(t.engine.lane, box, 'key', make)).toEqual(got[0]);
    expect(await keptSecret(t.engine.lane, box, 'other', make)).not.toEqual(got[0]);
  });

  test('is sealed in the store', async () => {
    await keptSecret(t.engine.lane, box, 'key', () => SECRET);
    const [row] = await t.engine.store.all({ sql: "SELECT value FROM secrets WHERE name = 'key'", params: [] });
    expect(Buffer.from(row?.['value'] instanceof Uint8Array ? row['value'] : []).includes(SECRET)).toBe(false);
  });
});
