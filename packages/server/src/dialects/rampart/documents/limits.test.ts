import { describe, expect, it } from 'vitest';
import { globComplaint, regexComplaint } from './limits.js';

describe('limits of patterns', () => {
  it.each(['', '*', 'git *', '**/a/**', `${'x'.repeat(254)}**`, 'x'.repeat(8192)])(
    'takes a glob within them (%#)',
    (glob) => expect(globComplaint(glob)).toBeUndefined(),
  );

  it('counts bytes, not characters', () => {
    expect(globComplaint('é'.repeat(4097))).toBe('is 8194 bytes long (max 8192)');
  });

  it.each([
    'a+b*c?',
    '(a+)b',
    '(?i)(foo|bar)+',
    '(?:ab)+',
    '(?P<name>ab)*',
    '\\(a+\\)+',
    '[(a+)]+',
    '[]a+)]+',
    '[^]a(]+(b)+',
    'a+?',
    '(a){2}',
    '(a{)+',
    '\\\\(?:a)+',
    'x{2,5}',
    `(?:${'a'.repeat(490)})`,
  ])('takes %s', (pattern) => expect(regexComplaint(pattern)).toBeUndefined());

  it.each(['(a+)+', '(a*)*', '(a?b+){2}', '(?:a+)+', '((a+)b)*', '(a{2,}){3}', '(a|b+)?', '([a+]*)+', '(\\)a+)*'])(
    'refuses the nested quantifiers of %s',
    (pattern) => expect(regexComplaint(pattern)).toBe('is invalid: nested quantifiers are not allowed'),
  );

  it.each(['a(', 'a)', '[a', '(?=a)', '\\1', 'a{1001}', '*'])('refuses %s, which RE2 does not know', (pattern) =>
    expect(regexComplaint(pattern)).toMatch(/^is invalid: error parsing regexp/),
  );
});
