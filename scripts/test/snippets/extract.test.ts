import { expect, test } from 'vitest';
import { snippetsOf } from './extract.js';

test('a docstring gives its code without the asterisks, and the line where it stands', () => {
  const source = ['/**', ' * One thing.', ' *', ' * @example', ' * ```ts', " * call('x');", ' * ```', ' */'].join('\n');
  expect(snippetsOf('a.ts', source)).toEqual([{ file: 'a.ts', line: 6, code: "call('x');" }]);
});

test('a guide gives every TypeScript fence and nothing in other languages', () => {
  const guide = ['```ts', 'one();', '```', '```sh', 'npm test', '```', '```ts', 'two();', '```'].join('\n');
  expect(snippetsOf('a.md', guide).map(({ code }) => code)).toEqual(['one();', 'two();']);
});

test('a template literal that holds a fence is not a docstring', () => {
  expect(snippetsOf('a.ts', 'const text = `\n```ts\nnope\n```\n`;')).toEqual([]);
});
