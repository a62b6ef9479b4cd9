import { describe, expect, test } from 'vitest';
import { compilePolicies } from './compile.js';
import type { RuleAction, ToolCall, When } from './model.js';
import { callOf, documentOf, factsOf } from './testing.js';

function fires(action: RuleAction, when: When, call: Partial<ToolCall>, ignoreCase: boolean): boolean {
  const document = documentOf([{ rules: [{ action, when }] }], { defaultAction: action === 'deny' ? 'allow' : 'deny' });
  return compilePolicies([document], { ignoreCase }).evaluate(callOf(call), factsOf()).action === action;
}

describe('Windows and macOS fold case for deny and ask; for grants only the executable word', () => {
  test.each<[string, RuleAction, When, Partial<ToolCall>, { readonly folded: boolean; readonly exact: boolean }]>([
    [
      'deny: the program',
      'deny',
      { commandMatches: ['git push*'] },
      { command: 'GIT push' },
      { folded: true, exact: false },
    ],
    [
      'deny: the arguments',
      'deny',
      { commandMatches: ['git push*'] },
      { command: 'git PUSH' },
      { folded: true, exact: false },
    ],
    ['deny: the path', 'deny', { pathMatches: ['/etc/**'] }, { path: '/ETC/shadow' }, { folded: true, exact: false }],
    [
      'allow: the program',
      'allow',
      { commandMatches: ['GIT push*'] },
      { command: 'git push' },
      { folded: true, exact: false },
    ],
    [
      'allow: not the arguments',
      'allow',
      { commandMatches: ['git push*'] },
      { command: 'git PUSH' },
      { folded: false, exact: false },
    ],
    ['allow: not the path', 'allow', { pathMatches: ['/app/**'] }, { path: '/APP/x' }, { folded: false, exact: false }],
    [
      'deny: an exclusion lets only the program go',
      'deny',
      { commandMatches: ['git *'], commandNotMatches: ['git log*'] },
      { command: 'git LOG' },
      { folded: true, exact: true },
    ],
    [
      'allow: an exclusion holds in any case',
      'allow',
      { commandMatches: ['git *'], commandNotMatches: ['git push*'] },
      { command: 'git PUSH' },
      { folded: false, exact: true },
    ],
    [
      'deny: a path exclusion keeps its case',
      'deny',
      { pathMatches: ['/app/**'], pathNotMatches: ['/app/docs/**'] },
      { path: '/app/DOCS/x' },
      { folded: true, exact: true },
    ],
  ])('%s', (_name, action, when, call, { folded, exact }) => {
    expect({ folded: fires(action, when, call, true), exact: fires(action, when, call, false) }).toEqual({
      folded,
      exact,
    });
  });
});
