import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprint } from './fingerprint.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-scripts-'));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src/a.ts'), 'a');
  writeFileSync(join(folder, 'src/b.ts'), 'b');
});
afterEach(() => rmSync(folder, { recursive: true }));

const print = (): string => fingerprint([folder]);

test('a touched file is no news', () => {
  const before = print();
  utimesSync(join(folder, 'src/a.ts'), new Date(0), new Date(0));
  expect(print()).toBe(before);
});

test('a changed, a new, a renamed and a removed file each are', () => {
  const seen = new Set([print()]);
  writeFileSync(join(folder, 'src/a.ts'), 'c');
  seen.add(print());
  writeFileSync(join(folder, 'src/c.ts'), '');
  seen.add(print());
  rmSync(join(folder, 'src/c.ts'));
  writeFileSync(join(folder, 'src/d.ts'), '');
  seen.add(print());
  rmSync(join(folder, 'src/b.ts'));
  seen.add(print());
  expect(seen.size).toBe(5);
});

test('a byte that moves from one file to the next is seen', () => {
  writeFileSync(join(folder, 'src/a.ts'), 'ab');
  writeFileSync(join(folder, 'src/b.ts'), '');
  const before = print();
  writeFileSync(join(folder, 'src/a.ts'), 'a');
  writeFileSync(join(folder, 'src/b.ts'), 'b');
  expect(print()).not.toBe(before);
});

test('what is skipped does not count, further facts do', () => {
  const before = fingerprint([folder], (name) => name === 'b.ts');
  writeFileSync(join(folder, 'src/b.ts'), 'changed');
  expect(fingerprint([folder], (name) => name === 'b.ts')).toBe(before);
  expect(fingerprint([folder], (name) => name === 'b.ts', ['v2'])).not.toBe(before);
});
