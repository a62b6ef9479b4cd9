import { describe, expect, it } from 'vitest';
import { canonicalCall } from './canonical.js';
import {
  autoAllowedRules,
  djb2,
  learnedRule,
  literalPattern,
  persistedRule,
  requirePersistable,
} from './learned-rule.js';
import { loadPolicies } from './load.js';

const learn = (tool: string, args: string, decision = 'allow') => learnedRule({ tool, args, decision, source: '' });

describe('learned rules', () => {
  it.each([
    ['', '00001505'],
    ['a', '0002b606'],
    ['npm install', 'bab28b07'],
    ['é', '00598411'],
  ])('djb2 of %j', (text, hash) => expect(djb2(text)).toBe(hash));

  it('match exactly what was asked for', () => {
    expect(literalPattern('ls *.ts [a-z]? **')).toBe('ls [*].ts [[]a-z][?] [*][*]');
  });

  it('are named after their pattern, and but for exec after their tool', () => {
    expect(learn('exec', 'git push')).toEqual({
      name: `user-allow-${djb2('git push')}`,
      tool: 'exec',
      pattern: 'git push',
    });
    expect(learn('read', '/a*')).toEqual({ name: `user-allow-${djb2('read\0/a[*]')}`, tool: 'read', pattern: '/a[*]' });
  });

  it.each([
    ['', 'ls', 'allow', 'tool and args are required'],
    ['exec', ' ', 'allow', 'tool and args are required'],
    ['exec', 'ls', 'deny', 'decision must be "allow" — use policy YAML for deny rules'],
    [
      'fetch',
      'https://a.test',
      'allow',
      'automatic allow persistence supports exec, read, write, and edit only; use an explicit policy for other tools',
    ],
    ['exec', 'x'.repeat(8193), 'allow', 'the pattern that args make is 8193 bytes long (max 8192)'],
    ['read', '*'.repeat(3000), 'allow', 'the pattern that args make is 9000 bytes long (max 8192)'],
  ])('refuse (%s, %.20s, %s)', (tool, args, decision, message) =>
    expect(() => learn(tool, args, decision)).toThrow(expect.objectContaining({ code: 'invalid_rule', message })),
  );
});

describe('persisted approvals', () => {
  const at = Date.UTC(2027, 0, 31, 9, 30, 5, 678);
  const call = (tool: string, params: object) => canonicalCall(tool, { params }).call;

  it('are named after the first two words of the command', () => {
    const rule = persistedRule(call('exec', { command: '  git push --force "x/y"' }), at);
    expect(rule.name).toMatch(/^auto-allow-git-push-20270131T093005Z-[0-9a-f]{24}$/);
    expect(rule.pattern).toBe('  git push --force "x/y"');
  });

  it('are named after tool and path otherwise, in letters that a URL can carry', () => {
    const rule = persistedRule(call('write', { path: `/srv/ä b/${'x'.repeat(80)}?.txt` }), at);
    expect(rule.name).toMatch(/^auto-allow-write-srv-b-x+-20270131T093005Z-[0-9a-f]{24}$/);
    expect(rule.name.length).toBeLessThan(110);
    expect(rule.pattern).toMatch(/\[\?\]\.txt$/);
  });

  it('are refused for other tools', () => {
    expect(() => requirePersistable('fetch')).toThrow(
      'persist: automatic allow is unsupported for tool "fetch"; author an explicit policy instead',
    );
    expect(() => persistedRule(call('mcp', {}), at)).toThrow('unsupported for tool "mcp"');
  });

  it('are refused for calls without a subject', () => {
    expect(() => persistedRule(call('exec', {}), at)).toThrow(expect.objectContaining({ code: 'invalid_rule' }));
  });

  it('are listed with the time in their name', () => {
    const document = loadPolicies(
      [
        'policies:',
        '  - name: auto-allow-git-push-20270131T093005Z-0123456789abcdef01234567',
        '    match: { tool: [exec] }',
        '    rules: [{ action: allow, when: { command_matches: [git push] } }]',
        '  - name: auto-allow-read-x-20270131T093005Z',
        '    match: { tool: read }',
        '    rules: [{ action: allow, when: { path_matches: [/x] } }]',
        '  - name: by-hand',
      ].join('\n'),
      'auto-allowed.yaml',
    );
    expect(autoAllowedRules(document)).toEqual([
      {
        index: 0,
        tool: 'exec',
        command_pattern: 'git push',
        name: 'auto-allow-git-push-20270131T093005Z-0123456789abcdef01234567',
        created: '2027-01-31T09:30:05Z',
      },
      {
        index: 1,
        tool: 'read',
        command_pattern: '',
        path_pattern: '/x',
        name: 'auto-allow-read-x-20270131T093005Z',
        created: '2027-01-31T09:30:05Z',
      },
      { index: 2, tool: '', command_pattern: '', name: 'by-hand' },
    ]);
  });
});
