/** The value below which the given share of the values lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new RangeError('There is nothing to take a quantile of.');
  return value;
}

/** The middle value: what a machine that others use too disturbs least. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);
