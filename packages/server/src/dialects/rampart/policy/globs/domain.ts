import { compileAutomaton, type TextMatcher } from './automaton.js';
import { globProblem } from './glob.js';
import { parseGlob } from './tokens.js';

/** Domains compare without case and without the root's dot. */
export function canonicalDomain(domain: string): string {
  const name = domain.trim().toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** Compiles a domain glob for {@link canonicalDomain} texts: the whole name, and `*` crosses dots. */
export function compileDomainGlob(pattern: string): TextMatcher {
  const name = canonicalDomain(pattern);
  if (name === '' || globProblem(pattern) !== undefined) return () => false;
  const glob = parseGlob(name, { globstar: false });
  return glob === undefined ? () => false : compileAutomaton(glob, { classCrosses: true });
}
