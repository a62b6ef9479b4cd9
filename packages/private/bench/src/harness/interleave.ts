import { median } from './statistics.js';

/** Measures once and returns one number. */
export type Contestant = () => number | Promise<number>;

/**
 * Measures contestants in turns, so that a machine that slows down slows all of them down, and returns each one's median.
 * The first round warms up and does not count.
 */
export async function interleave<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, Contestant>>,
): Promise<Readonly<Record<Name, number>>> {
  const entries = Object.entries<Contestant>(contestants).map(([name, measure]) => ({
    name,
    measure,
    values: [] as number[],
  }));
  for (let round = 0; round <= rounds; round++) {
    for (const { measure, values } of entries) {
      const value = await measure();
      if (round > 0) values.push(value);
    }
  }
  const medians: Partial<Record<string, number>> = {};
  for (const { name, values } of entries) medians[name] = median(values);
  return complete(medians, contestants);
}

function complete<Name extends string>(
  medians: Partial<Record<string, number>>,
  names: Readonly<Record<Name, unknown>>,
): Record<Name, number> {
  const has = (candidate: Partial<Record<string, number>>): candidate is Record<Name, number> =>
    Object.keys(names).every((name) => candidate[name] !== undefined);
  if (!has(medians)) throw new Error('A contestant was not measured.');
  return medians;
}
