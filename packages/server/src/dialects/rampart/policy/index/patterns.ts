import { canonicalDomain, compileDomainGlob } from '../globs/domain.js';
import { compileGlob } from '../globs/glob.js';
import { compilePathGlob, pathPattern } from '../globs/path.js';
import { requiredLiteral } from './literal.js';
import type { PatternTable } from './pattern-table.js';

/** Interns a command-style glob. */
export function internGlob(table: PatternTable, pattern: string): number {
  return table.intern(`glob ${pattern}`, requiredLiteral(pattern, 'glob'), () => {
    const matches = compileGlob(pattern);
    return (subject) => matches(subject.slashed);
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

/** Interns a path glob. */
export function internPath(table: PatternTable, pattern: string): number {
  return table.intern(pattern, requiredLiteral(pathPattern(pattern), 'glob'), () => {
    const matches = compilePathGlob(pattern);
    return (subject) => matches(subject.slashed);
  });
}

/** Interns a domain glob. */
export function internDomain(table: PatternTable, pattern: string): number {
  return table.intern(pattern, requiredLiteral(canonicalDomain(pattern), 'glob'), () => {
    const matches = compileDomainGlob(pattern);
    return (subject) => matches(subject.text);
  });
}
