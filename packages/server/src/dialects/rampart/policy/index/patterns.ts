import { canonicalDomain, compileDomainGlob } from '../globs/domain.js';
import { compileGlob, slashed } from '../globs/glob.js';
import { compilePathGlob, pathPattern } from '../globs/path.js';
import { requiredLiteral } from './literal.js';
import { lowerProgram, type PatternTable } from './pattern-table.js';

/** Which letters of a text a pattern does not tell the case of: none, those of its first word, or all. */
export type Casing = 'exact' | 'program' | 'any';

/** Interns a command-style glob. */
export function internGlob(table: PatternTable, pattern: string, casing: Casing = 'exact'): number {
  return table.intern(`glob ${casing} ${pattern}`, requiredLiteral(pattern, 'glob'), () => {
    if (casing === 'any') {
      const matches = compileGlob(pattern.toLowerCase());
      return ({ lower }) => matches(slashed(lower));
    }
    const matches = compileGlob(casing === 'program' ? lowerProgram(pattern) : pattern);
    return casing === 'program'
      ? (subject) => matches(slashed(subject.lowerProgram))
      : ({ slashed: text }) => matches(text);
  });
}

/** Interns a literal that must occur, in this case or in any. */
export function internText(table: PatternTable, text: string, anyCase: boolean): number {
  if (!anyCase) {
    return table.intern(`text ${text}`, requiredLiteral(text, 'text'), () => (subject) => subject.text.includes(text));
  }
  const lower = text.toLowerCase();
  return table.intern(
    `fold ${lower}`,
    requiredLiteral(lower, 'text'),
    () => (subject) => subject.lower.includes(lower),
  );
}

/** Interns a path glob, to be matched in its case or in any. */
export function internPath(table: PatternTable, pattern: string, anyCase = false): number {
  return table.intern(`${anyCase ? 'fold' : 'path'} ${pattern}`, requiredLiteral(pathPattern(pattern), 'glob'), () => {
    const matches = compilePathGlob(anyCase ? pattern.toLowerCase() : pattern);
    return anyCase ? ({ lower }) => matches(slashed(lower)) : (subject) => matches(subject.slashed);
  });
}

/** Interns a domain glob. */
export function internDomain(table: PatternTable, pattern: string): number {
  return table.intern(pattern, requiredLiteral(canonicalDomain(pattern), 'glob'), () => {
    const matches = compileDomainGlob(pattern);
    return (subject) => matches(subject.text);
  });
}
