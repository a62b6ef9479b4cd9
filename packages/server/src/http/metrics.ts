/** Counts up, by the values of its labels. */
export interface Counter {
  /** @param values - in the order of the counter's labels. */
  add(...values: readonly string[]): void;
}

/** Sorts observations into buckets. */
export interface Histogram {
  observe(value: number): void;
}

/** Measurements in the Prometheus text format (version 0.0.4). */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  /** @param bounds - upper bounds, ascending; `+Inf` is added. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  /** Read when the metrics are. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  expose(): Promise<string>;
}

/** Stands between label values in a key; in none of them. */
const SEPARATOR = '\0';

/** Makes an empty registry. */
export function createMetrics(): Metrics {
  const families: (() => string | Promise<string>)[] = [];
  return {
    counter(name, help, labels = []) {
      const counts = new Map<string, number>();
      families.push(() => {
        const lines = [...counts].map(([key, count]) => `${name}${labelText(labels, key.split(SEPARATOR))} ${count}`);
        return family(name, help, 'counter', lines);
      });
      return {
        add(...values) {
          const key = values.join(SEPARATOR);
          counts.set(key, (counts.get(key) ?? 0) + 1);
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

function labelText(labels: readonly string[], values: readonly string[]): string {
  const pairs = labels.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return /[\\"\n]/.test(value) ? value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n') : value;
}
