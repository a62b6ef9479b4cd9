import { describe, expect, it } from 'vitest';
import { compilePolicies } from '../policy/compile.js';
import { loadPolicies } from './load.js';
import { countPolicies, listPolicies, summarise } from './views.js';

const set = compilePolicies([
  loadPolicies(
    `default_action: ask
policies:
  - name: block-bad-things
    match: { tool: exec, agent: ops-* }
    rules:
      - { action: deny, when: { command_matches: [x] } }
      - { action: allow, message: Over, expires_at: 2027-01-01T00:00:00Z, when: { command_matches: [y] } }
  - name: off
    enabled: false
    rules: [{ action: deny, when: { command_matches: [z] } }]
`,
    'a.yaml',
  ),
  loadPolicies(
    'policies:\n  - name: last\n    priority: 200\n    rules: [{ action: watch, message: Seen }]\n',
    'b.yaml',
  ),
]);

describe('views of a policy set', () => {
  it('summarise the rules in force', () => {
    expect(summarise(set, Date.UTC(2028, 0))).toEqual({
      default_action: 'ask',
      rules: [
        { name: 'block-bad-things', action: 'deny', summary: 'block bad things' },
        { name: 'last', action: 'watch', summary: 'Seen' },
      ],
      summary: '2 active rules loaded; default action: ask',
    });
  });

  it('list every policy with what is not usual about it', () => {
    expect(listPolicies(set)).toEqual({
      policies: [
        { name: 'block-bad-things', source_file: 'a.yaml', match_tools: ['exec'], match_agent: 'ops-*', rule_count: 2 },
        { name: 'off', source_file: 'a.yaml', rule_count: 1 },
        { name: 'last', priority: 200, source_file: 'b.yaml', rule_count: 1 },
      ],
      default_action: 'ask',
      count: 3,
    });
  });

  it('count', () => {
    expect(countPolicies(set)).toEqual({ policies: 3, rules: 4 });
  });
});
