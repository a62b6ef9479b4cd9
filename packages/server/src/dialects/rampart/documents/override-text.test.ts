import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicies } from './load.js';
import { withoutPolicy, withoutRules, withRule } from './override-text.js';

const WRITTEN = `# by hand
policies:
  - name: a # first
    rules:
      - action: deny # one
      - action: ask
  # second
  - name: b
    rules: [{ action: allow }]
`;

describe('changes of policy files', () => {
  it('begin a file', () => {
    expect(withRule(undefined, { name: 'n', tool: 'exec', pattern: 'git push' })).toBe(
      'version: "1"\npolicies:\n  - name: "n"\n    match:\n      tool:\n        - "exec"\n    rules:\n      - action: "allow"\n        when:\n          command_matches:\n            - "git push"\n',
    );
  });

  it.each(['', '# only a comment\n', 'version: "1"\n', 'policies:\n', 'policies: []\n'])(
    'begin the list of %j',
    (text) => {
      const next = withRule(text, { name: 'n', tool: 'read', pattern: '/a' });
      expect(loadPolicies(next, 'f').policies[0]?.rules[0]?.when).toEqual({ pathMatches: ['/a'] });
      expect(next).toContain(text.startsWith('#') ? text.trim() : '');
    },
  );

  it('keep what a person wrote', () => {
    const next = withRule(WRITTEN, { name: 'c', tool: 'exec', pattern: 'x' });
    expect(next.startsWith(WRITTEN.slice(0, WRITTEN.indexOf('    rules: [')))).toBe(true);
    expect(loadPolicies(next, 'f').policies.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('remove a policy', () => {
    expect(loadPolicies(withoutPolicy(WRITTEN, 0), 'f').policies.map(({ name }) => name)).toEqual(['b']);
  });

  it('remove rules, and policies that have none left', () => {
    const next = withoutRules(WRITTEN, [
      [0, 0],
      [1, 0],
    ]);
    expect(loadPolicies(next, 'f').policies).toMatchObject([{ name: 'a', rules: [{ action: 'ask' }] }]);
    expect(next).toContain('# by hand');
    const nothing: [number, number][] = [
      [0, 0],
      [0, 1],
      [1, 0],
    ];
    expect(loadPolicies(withoutRules(WRITTEN, nothing), 'f').policies).toEqual([]);
  });

  it('write any pattern so that it reads back the same', () => {
    const pattern = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.constantFrom(
        '# x',
        '*a',
        '&a',
        '1e3',
        'null',
        '~',
        'a: b',
        '- a',
        'a\n# b\n',
        ' a ',
        '"',
        "'",
        '\\',
        '\t',
        '\u0085',
        '\ufeff',
        'yes',
      ),
    );
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), (patterns) => {
        const rules = patterns.filter((text) => !text.includes('**'));
        const text = rules.reduce<string | undefined>(
          (before, one, index) => withRule(before, { name: `n${index}`, tool: 'exec', pattern: one }),
          undefined,
        );
        const read = loadPolicies(text ?? '', 'f').policies.map(({ rules: [rule] }) => rule?.when.commandMatches?.[0]);
        expect(read).toEqual(rules);
      }),
      { numRuns: 300 },
    );
  });
});
