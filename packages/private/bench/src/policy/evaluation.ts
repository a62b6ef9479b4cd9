import { interleave } from '../harness/interleave.js';
import { nanosecondsPer } from '../harness/measure.js';
import type { Row } from '../harness/row.js';
import { median, quantile } from '../harness/statistics.js';

const WARM_UP = 40;
const ROUNDS = 20;
const CONTESTS = 101;

/** Policies that are loaded, and calls to evaluate: no two of them alike, so that no cache answers for the engine. */
export interface Evaluation<Call> {
  readonly corpus: (seed: number) => readonly Call[];
  readonly evaluate: (call: Call) => unknown;
}

/** Microseconds of each evaluation. */
function timesOf<Call>({ corpus, evaluate }: Evaluation<Call>, rounds: number, firstSeed: number): readonly number[] {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const call of corpus(firstSeed + round)) {
      const started = process.hrtime.bigint();
      evaluate(call);
      times.push(Number(process.hrtime.bigint() - started) / 1000);
    }
  }
  return times;
}

/** Microseconds of an evaluation, from the time that a whole corpus takes. */
function contestant<Call>({ corpus, evaluate }: Evaluation<Call>): () => number {
  let seed = 1000;
  return () => {
    const calls = corpus(seed++);
    return (
      nanosecondsPer(calls.length, (index) => {
        const call = calls[index];
        if (call !== undefined) evaluate(call);
      }) / 1000
    );
  };
}

/** One evaluation under policies of ordinary size: median and p99. */
export function singleRows<Call>(name: string, evaluation: Evaluation<Call>): readonly Row[] {
  timesOf(evaluation, WARM_UP, 1);
  const times = timesOf(evaluation, ROUNDS, 1 + WARM_UP);
  return [
    { name: `${name}: median`, value: median(times), unit: 'µs', better: 'less', aim: 25, limit: 50 },
    { name: `${name}: p99`, value: quantile(times, 0.99), unit: 'µs', better: 'less' },
  ];
}

/** What a thousand of something cost beside ten. */
export async function manyRows<Call>(
  name: string,
  what: string,
  evaluations: { readonly ten: Evaluation<Call>; readonly thousand: Evaluation<Call> },
): Promise<readonly Row[]> {
  const { ten, thousand } = await interleave(CONTESTS, {
    ten: contestant(evaluations.ten),
    thousand: contestant(evaluations.thousand),
  });
  return [
    {
      name: `${name}: evaluations per second, 1,000 ${what}`,
      value: 1e6 / thousand,
      unit: '/s',
      better: 'more',
      limit: 100_000,
    },
    { name: `${name}: 1,000 ${what} ÷ 10`, value: thousand / ten, unit: '×', better: 'less', limit: 3 },
  ];
}
