import { describe, expect, it } from 'vitest';
import { regexComplaint } from './limits.js';

describe('limits of response patterns', () => {
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
