type Labels = Readonly<Record<string, string>>;

/** Counts up. */
export interface Counter {
  add(labels?: Labels, by?: number): void;
}

/** Sorts observations into buckets. */
export interface Histogram {
  observe(value: number): void;
}

/** Measurements in the Prometheus text format (version 0.0.4). */
export interface Metrics {
  counter(name: string, help: string): Counter;
  /** @param bounds - upper bounds, ascending; `+Inf` is added. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  /** Read when the metrics are. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  expose(): Promise<string>;
}

/** Makes an empty registry. */
export function createMetrics(): Metrics {
  const families: (() => string | Promise<string>)[] = [];
  return {
    counter(name, help) {
      const values = new Map<string, number>();
      families.push(() =>
        family(
          name,
          help,
          'counter',
          [...values].map(([key, value]) => `${name}${key} ${value}`),
        ),
      );
      return {
        add(labels, by = 1) {
          const key = labels === undefined ? '' : labelText(labels);
          values.set(key, (values.get(key) ?? 0) + by);
        },
      };
    },
    histogram(name, help, bounds) {
      const counts = new Array<number>(bounds.length + 1).fill(0);
      let sum = 0;
      families.push(() => family(name, help, 'histogram', histogramLines(name, bounds, counts, sum)));
      return {
        observe(value) {
          const found = bounds.findIndex((bound) => value <= bound);
          const bucket = found === -1 ? bounds.length : found;
          counts[bucket] = (counts[bucket] ?? 0) + 1;
          sum += value;
        },
      };
    },
    gauge(name, help, read) {
      families.push(async () => family(name, help, 'gauge', [`${name} ${await read()}`]));
    },
    async expose() {
      return (await Promise.all(families.map((render) => render()))).join('');
    },
  };
}

function family(name: string, help: string, type: string, lines: readonly string[]): string {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
}

function histogramLines(name: string, bounds: readonly number[], counts: readonly number[], sum: number): string[] {
  let total = 0;
  const lines = [...bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
    total += counts[index] ?? 0;
    return `${name}_bucket{le="${bound === Number.POSITIVE_INFINITY ? '+Inf' : bound}"} ${total}`;
  });
  return [...lines, `${name}_sum ${sum}`, `${name}_count ${total}`];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return /[\\"\n]/.test(value) ? value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n') : value;
}
