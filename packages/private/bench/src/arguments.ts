import { parseArgs } from 'node:util';

/** What the benchmarks were asked for. */
export interface BenchArguments {
  /** Subjects to measure, in this order. */
  readonly names: readonly string[];
  readonly soak: boolean;
  readonly json: boolean;
}

/** What the command line comes to: benchmarks to run, or a text and the exit code to end with. */
export type BenchRequest = { readonly run: BenchArguments } | { readonly say: string; readonly exitCode: 0 | 2 };

const partsOf = (name: string): readonly string[] => name.split('.');

/** A name stands for itself, and for every subject that it is a part of: `client`, or `meshguard`. */
const expand = (name: string, known: readonly string[]): readonly string[] =>
  known.filter((subject) => subject === name || partsOf(subject).includes(name));

const usage = (known: readonly string[]): string => `Usage: npm run bench -- [options]

Measures ratios against bare loops and bare servers, prints them as a table, and writes bench/results.json.
The exit code is 1 when a limit is missed.

Options:
  --only <subject>  measure this subject alone; may be repeated:
                    ${[...new Set(known.flatMap(partsOf))].join(', ')}; or both, as server.aegis
  --soak            take the long measurements too: a million decisions
  --json            print JSON
  -h, --help        print this help

Examples:
  npm run bench -- --only verify
  npm run bench -- --only server --only client.meshguard --json`;

/** Reads the command line. */
export function readArguments(argv: readonly string[], known: readonly string[]): BenchRequest {
  const refuse = (why: string): BenchRequest => ({ say: `${why}\n\n${usage(known)}`, exitCode: 2 });
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        only: { type: 'string', multiple: true, default: [] },
        soak: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { say: usage(known), exitCode: 0 };
    const unknown = values.only.filter((name) => expand(name, known).length === 0);
    if (unknown.length > 0) return refuse(`There is no benchmark "${unknown.join('", "')}".`);
    const asked = values.only.flatMap((name) => expand(name, known));
    const names = asked.length > 0 ? [...new Set(asked)] : known;
    return { run: { names, soak: values.soak, json: values.json } };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refuse(error.message);
  }
}
