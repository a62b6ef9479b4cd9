import type { Query, Row } from '../../engine/unit.js';

/** Queries by name. What is undefined is not asked, and reads as no rows. */
export interface NamedLoads<Name extends string> {
  readonly load: readonly Query[];
  rows(facts: readonly (readonly Row[])[], name: Name): readonly Row[];
}

/** Nothing to load. */
export const NO_LOADS: NamedLoads<string> = { load: [], rows: () => [] };

/** Names a unit's loads, so that its decision does not count positions. */
export function namedLoads<Name extends string>(queries: Readonly<Record<Name, Query | undefined>>): NamedLoads<Name> {
  const load: Query[] = [];
  const positions = new Map<string, number>();
  for (const [name, query] of Object.entries<Query | undefined>(queries)) {
    if (query === undefined) continue;
    positions.set(name, load.length);
    load.push(query);
  }
  return {
    load,
    rows: (facts, name) => facts[positions.get(name) ?? -1] ?? [],
  };
}
