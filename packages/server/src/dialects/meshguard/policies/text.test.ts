import { expect, test } from 'vitest';
import { parsePolicy } from './text.js';

const KEYS = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`);

test.each([
  ['aliases', `a: &a 1\nb:\n${'  - *a\n'.repeat(20_000)}`],
  ['brackets', '['.repeat(250_000)],
  ['brackets in content', JSON.stringify({ content: '['.repeat(250_000) })],
  ['keys', KEYS.join('\n')],
  ['keys in braces', `{${KEYS.join(', ')}}`.replaceAll(': 1', '')],
  ['levels', '- '.repeat(100_000)],
  ['empty lines', '\n'.repeat(250_000)],
  ['texts', '"" '.repeat(80_000)],
])('YAML of nothing but %s is refused before it is read', (_what, text) => {
  const failure = expect.objectContaining({ status: 400, message: expect.stringMatching(/^The policy is /) });
  expect(() => parsePolicy(Buffer.from(text))).toThrow(failure);
});

test('a policy of a hundred rules is read as YAML, one of a thousand as JSON or from a file', () => {
  const rule = '  - name: reads\n    effect: allow\n    actions: ["read:*", "write:a"]\n    reason: It is known\n';
  const yaml = (rules: number) => Buffer.from(`name: p\nrules:\n${rule.repeat(rules)}`);
  expect(parsePolicy(yaml(100))).toMatchObject({ name: 'p' });
  expect(() => parsePolicy(yaml(1000))).toThrow('send it as JSON');
  expect(parsePolicy(yaml(1000), Number.POSITIVE_INFINITY)).toMatchObject({ name: 'p' });
  const rules = Array.from({ length: 1000 }, () => ({ effect: 'allow', actions: ['read:*', 'write:a'] }));
  expect(parsePolicy(Buffer.from(JSON.stringify({ name: 'p', rules })))).toEqual({ name: 'p', rules });
});
