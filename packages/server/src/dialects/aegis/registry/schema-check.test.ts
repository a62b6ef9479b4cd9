import { expect, test } from 'vitest';
import { compileSchema, SchemaError } from './schema-check.js';

test('each pattern is checked by itself', async () => {
  const check = await compileSchema({ properties: { a: { pattern: '^x' }, b: { pattern: '^y' } } });
  expect(check({ a: 'x', b: 'y' })).toBeUndefined();
  expect(check({ a: 'y' })).toBe('/a must match pattern "^x"');
  expect(check({ b: 'x' })).toBe('/b must match pattern "^y"');
});

test('two schemas know nothing of each other, even under one id', async () => {
  const one = await compileSchema({ $id: 'same', properties: { a: { pattern: '^1' } } });
  const two = await compileSchema({ $id: 'same', properties: { a: { pattern: '^2' } } });
  expect([one({ a: '1' }), two({ a: '2' })]).toEqual([undefined, undefined]);
  expect([one({ a: '2' }), two({ a: '1' })]).not.toContain(undefined);
});

test('a pattern takes linear time', async () => {
  const check = await compileSchema({ properties: { a: { pattern: '^(a+)+$' } } });
  expect(check({ a: `${'a'.repeat(50_000)}!` })).toMatch(/must match/);
});

test.each([{ type: 'nonsense' }, { properties: 1 }, { pattern: '(?=a)' }, { $ref: 'https://example.com/other' }])(
  '%j is no schema',
  async (schema) => {
    await expect(compileSchema(schema)).rejects.toThrow(SchemaError);
  },
);

test('older drafts are read as the current one', async () => {
  const check = await compileSchema({ $schema: 'http://json-schema.org/draft-07/schema#', required: ['a'] });
  expect(check({})).toMatch(/required/);
});

test('no schema makes a check that answers later', async () => {
  const check = await compileSchema({ $async: true, required: ['a'] });
  expect(check({})).toMatch(/required/);
  await expect(compileSchema({ properties: { b: { $async: true, type: 'string' } } })).rejects.toThrow(SchemaError);
});
