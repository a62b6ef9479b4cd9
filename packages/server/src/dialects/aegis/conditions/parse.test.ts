import { expect, test } from 'vitest';
import { engineVectors } from '../testing-vectors.js';
import { ConditionSyntaxError } from './lex.js';
import { parseCondition, type Scope } from './parse.js';
import { ConditionError } from './values.js';

interface Conditions {
  readonly scope: Scope;
  readonly holds: readonly (readonly [condition: string, holds: boolean])[];
  readonly undecidable: readonly string[];
  readonly refused: readonly string[];
}

const { scope, holds, undecidable, refused }: Conditions = engineVectors('conditions.json');

test.each(holds)('%s is %s', (source, expected) => {
  expect(parseCondition(source)(scope)).toBe(expected);
});

test.each(undecidable)('%s cannot be decided, and says so', (source) => {
  expect(() => parseCondition(source)(scope)).toThrow(ConditionError);
});

test.each(refused)('%s is refused when it is loaded', (source) => {
  expect(() => parseCondition(source)).toThrow(ConditionSyntaxError);
});

test.each([
  ['', /ends early/],
  ['parameters.x ==', /ends early/],
  ['x == 1', /there is no "x"/],
  ['actor.name == 1', /there is no "actor.name"/],
  ['time.minute == 1', /time.minute/],
  ['parameters.x = 1', /unexpected "= 1"/],
  ['len(parameters.x) > 1', /there is no "len"/],
  ['parameters.x + 1 > 2', /unexpected "\+ 1/],
  ["parameters.x matches '('", /no regular expression/],
  ["parameters.x matches '(?=a)'", /no regular expression/],
  ['parameters.x matches parameters.y', /needs a pattern in quotes/],
  ["parameters.x == 'open", /unexpected "'open"/],
  ['(true', /"\)" is missing/],
  ['true true', /unexpected word at position/],
  ['parameters.x not 5', /"in" is missing/],
  ['[[1]] == 1', /unexpected word/],
  ['('.repeat(100), /nested more than 64 deep/],
  [`'${'x'.repeat(5000)}' == 'x'`, /longer than 4096/],
])('a refusal of %s says why', (source, message) => {
  expect(() => parseCondition(source)).toThrow(message);
});

test('no pattern takes more than linear time', () => {
  const condition = parseCondition("parameters.database matches '^(a+)+$'");
  expect(condition({ ...scope, parameters: { database: `${'a'.repeat(8191)}!` } })).toBe(false);
});

test('a pattern is matched against 8,192 characters, and no more', () => {
  const condition = parseCondition("parameters.database matches '^a'");
  const matches = (chars: number) => condition({ ...scope, parameters: { database: 'a'.repeat(chars) } });
  expect(matches(8192)).toBe(true);
  expect(() => matches(8193)).toThrow(ConditionError);
});
