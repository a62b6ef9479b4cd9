import { describe, expect, test } from 'vitest';
import { compilePolicies } from './compile.js';
import type { RuleAction } from './model.js';
import { callOf, factsOf, rulesFrom, vectors } from './testing.js';

interface CommandDecision {
  readonly name: string;
  readonly default_action: string;
  readonly rules: unknown;
  readonly command: string;
  readonly action: RuleAction;
}

function decide({ rules, default_action, command }: CommandDecision): RuleAction {
  return compilePolicies(rulesFrom(rules, default_action)).evaluate(callOf({ command }), factsOf()).action;
}

describe('deny and ask: commands are matched generously', () => {
  test.each(vectors<CommandDecision>('restrictive'))('$name', (vector) => {
    expect(decide(vector)).toBe(vector.action);
  });
});

describe('allow, watch and webhook: commands are matched strictly', () => {
  test.each(vectors<CommandDecision>('grants'))('$name', (vector) => {
    expect(decide(vector)).toBe(vector.action);
  });
});
