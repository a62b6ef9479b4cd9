import { patternBase } from '../globs/path.js';
import { internPath } from '../index/patterns.js';
import type { When } from '../model.js';
import { type Check, list, quote, type RuleKind } from './check.js';
import { firstAmong, internAll, type Patterns, type Tables } from './tables.js';

/** The path condition and the patterns that bring it into question; undefined when no path is wanted. */
export function pathCheck(
  when: When,
  { stance, persisted }: RuleKind,
  tables: Tables,
): { check: Check; wanted: Patterns } | undefined {
  const intern = (anyCase: boolean) => (pattern: string) => {
    const id = internPath(tables.paths, pattern, anyCase && tables.ignoreCase);
    const base = patternBase(pattern);
    if (base !== undefined) tables.pathBases.set(base, (tables.pathBases.get(base) ?? new Set()).add(id));
    return id;
  };
  const wanted = internAll(when.pathMatches, intern(stance === 'restricts'));
  if (wanted.size === 0) return undefined;
  const excluded = internAll(when.pathNotMatches, intern(stance === 'grants'));
  const fits = (patterns: Patterns) => (place: readonly number[]) => firstAmong(patterns, place) !== undefined;
  // What was approved is a place, and not what a link that takes its place may lead to.
  const isOne = (places: readonly unknown[]) => (persisted ? places.length === 1 : places.length > 0);
  const matches = (places: readonly (readonly number[])[]) =>
    stance === 'restricts' ? places.some(fits(wanted)) : isOne(places) && places.every(fits(wanted));
  const isExcluded = (places: readonly (readonly number[])[]) =>
    excluded.size > 0 && (stance === 'restricts' ? places.every(fits(excluded)) : places.some(fits(excluded)));
  const check: Check = {
    holds: ({ paths }) => matches(paths) && !isExcluded(paths),
    explain: ({ call, paths }) => {
      if (call.path === '') return 'there is no path';
      if (isExcluded(paths)) return `path_not_matches excludes ${quote(call.path)}`;
      if (!matches(paths)) return `no path pattern fits every place that ${quote(call.path)} may stand for`;
      const patterns = paths.flatMap((place) => firstAmong(wanted, place) ?? []);
      return `${list([...new Set(patterns)].map(quote))} fits ${quote(call.path)}`;
    },
  };
  return { check, wanted };
}
