import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = dirname(fileURLToPath(import.meta.url));
const FROM = /(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g;

/** What each module imports of this package: types, and what is loaded when it is asked for, included. */
const graph = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => {
      const found = [...readFileSync(join(SRC, file), 'utf8').matchAll(FROM)];
      const targets = found.map(([, path = '']) => resolve(SRC, dirname(file), path.replace(/\.js$/, '.ts')));
      return [file, targets.map((target) => relative(SRC, target))] as const;
    }),
);

/** The way from a module back to itself, if there is one. */
function circle(at: string, path: readonly string[] = [], seen = new Set<string>()): readonly string[] | undefined {
  if (path.includes(at)) return [...path.slice(path.indexOf(at)), at];
  if (seen.has(at)) return undefined;
  seen.add(at);
  for (const next of graph.get(at) ?? []) {
    const found = circle(next, [...path, at], seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

test('modules import each other in one direction only', () => {
  expect(graph.get('program.ts')).toContain('declare/serve.ts');
  for (const file of graph.keys()) expect([file, circle(file)]).toEqual([file, undefined]);
});
