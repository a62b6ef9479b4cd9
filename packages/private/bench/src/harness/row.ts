/** One line of the report: what was measured, and what it should be. */
export interface Row {
  readonly name: string;
  readonly value: number;
  /** `×` for ratios, else `µs`, `ms`, `/s`, `MB`, … */
  readonly unit: string;
  /** Whether a larger value is the better one. */
  readonly better: 'more' | 'less';
  /** What we want. */
  readonly aim?: number;
  /** What it must be. Rows without one only inform. */
  readonly limit?: number;
}

/** What a module may know of the run that it is part of. */
export interface BenchContext {
  /** Take the long measurements too. */
  readonly soak: boolean;
}

/** One subject, measured in a process of its own. */
export interface BenchModule {
  run(context: BenchContext): Promise<readonly Row[]>;
}

/** Whether a row keeps its limit; undefined when it has none. */
export function holds({ value, better, limit }: Row): boolean | undefined {
  if (limit === undefined) return undefined;
  return better === 'more' ? value >= limit : value <= limit;
}
