import { describe, expect, test } from 'vitest';
import { ConditionSyntaxError } from './lex.js';
import { parseCondition, type Scope } from './parse.js';
import { ConditionError } from './values.js';

const scope: Scope = {
  parameters: {
    database: 'production',
    recipient_count: 1500,
    'max-rows': 10,
    tags: ['a', 'b'],
    flag: true,
    nested: { deep: [{ x: 1 }] },
    text: '5000',
  },
  actor: { id: 'marketing-bot', type: 'ai-agent' },
  action: { capability: 'email.send', resource: 'all@example.com' },
  context: { session_id: 's', metadata: { source: 'bot' } },
  time: { hour: 8, day_of_week: 0 },
};

describe('documented conditions', () => {
  test.each([
    ["parameters.database == 'production'", true],
    ['time.hour < 9 or time.hour > 17', true],
    ["actor.id == 'marketing-bot' and parameters.recipient_count > 1000", true],
  ])('%s is %s', (source, expected) => {
    expect(parseCondition(source)(scope)).toBe(expected);
  });
});

describe('the grammar', () => {
  test.each([
    ['parameters.recipient_count >= 1500 AND NOT parameters.flag == false', true],
    ['not parameters.flag', false],
    ['not not parameters.flag', true],
    ['false or true and false', false],
    ['(false or true) and true', true],
    ['not false and false', false],
    ['parameters.max-rows <= 10', true],
    ['parameters.recipient_count != 1500', false],
    ["'a' in parameters.tags", true],
    ['parameters.database in [\'staging\', "production"]', true],
    ["parameters.database not in ['staging']", true],
    ["'prod' in parameters.database", true],
    ["parameters.database matches '^prod'", true],
    ["parameters.database matches '^x'", false],
    ['parameters.nested.deep.0.x == 1', true],
    ["parameters.tags == ['a', 'b']", true],
    ["parameters.tags == ['b', 'a']", false],
    ["context.metadata.source == 'bot'", true],
    ["action.resource matches '@example[.]com$'", true],
    ['parameters.recipient_count == 1.5e3', true],
    ['time.day_of_week == 0', true],
    ["parameters.text == 'it\\'s'", false],
    ['parameters.tags == []', false],
  ])('%s is %s', (source, expected) => {
    expect(parseCondition(source)(scope)).toBe(expected);
  });

  test.each([
    ['parameters.missing == null', true],
    ['parameters.missing != null', false],
    ['parameters.missing > 5', false],
    ['parameters.missing <= 5', false],
    ["'a' in parameters.missing", false],
    ["parameters.missing matches 'x'", false],
    ['parameters.missing', false],
    ['parameters.database.length == null', true],
    ['parameters.constructor == null', true],
    ['parameters.tags.length == null', false],
  ])('a path that leads nowhere is null: %s is %s', (source, expected) => {
    expect(parseCondition(source)(scope)).toBe(expected);
  });
});

test.each([
  'parameters.text > 1000',
  'parameters.tags < 5',
  'parameters.flag > false',
  'parameters.text',
  "parameters.recipient_count matches '1'",
  "parameters.recipient_count in 'abc'",
  "'a' in parameters.nested",
])('%s cannot be decided, and says so', (source) => {
  expect(() => parseCondition(source)(scope)).toThrow(ConditionError);
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
])('%s is refused when it is loaded', (source, message) => {
  expect(() => parseCondition(source)).toThrow(ConditionSyntaxError);
  expect(() => parseCondition(source)).toThrow(message);
});

test('no pattern takes more than linear time', () => {
  const condition = parseCondition("parameters.database matches '^(a+)+$'");
  expect(condition({ ...scope, parameters: { database: `${'a'.repeat(50_000)}!` } })).toBe(false);
});
