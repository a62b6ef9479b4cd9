import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { realpath } from './realpath.js';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-realpath-')));
  mkdirSync(join(folder, 'real/inner'), { recursive: true });
  symlinkSync(join(folder, 'real'), join(folder, 'link'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['what exists, through a link', 'link/inner', 'real/inner'],
  ['what does not exist below a link', 'link/new/file.txt', 'real/new/file.txt'],
  ['what has no link in it', 'real/inner/x', 'real/inner/x'],
  ['dots', 'link/../link/./inner', 'real/inner'],
])('%s', (_what, path, real) => {
  expect(realpath(join(folder, path))).toBe(join(folder, real));
});

test('a dangling link stays as it is', () => {
  symlinkSync(join(folder, 'gone'), join(folder, 'dangling'));
  expect(realpath(join(folder, 'dangling/x'))).toBe(join(folder, 'dangling/x'));
});

test('the root, and a path that cannot be', () => {
  expect(realpath('/')).toBe('/');
  expect(realpath('/a\0b')).toBe('/a\0b');
});

test('a long path that does not exist is looked at once', () => {
  const deep = `${folder}/${'a/'.repeat(4000)}x`;
  expect(realpath(deep)).toBe(deep);
});
