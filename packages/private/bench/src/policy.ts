import { loadProfile } from '../../../server/src/dialects/rampart/documents/profiles/index.js';
import { compilePolicies } from '../../../server/src/dialects/rampart/policy/compile.js';
import type { PolicyDocument, ToolCall } from '../../../server/src/dialects/rampart/policy/model.js';
import type { PolicySet } from '../../../server/src/dialects/rampart/policy/policy.js';
import { callOf, documentOf, factsOf } from '../../../server/src/dialects/rampart/policy/testing.js';
import { interleave } from './harness/interleave.js';
import { nanosecondsPer } from './harness/measure.js';
import type { Row } from './harness/row.js';
import { median, quantile } from './harness/statistics.js';
import { commands, output } from './policy/corpus.js';

const CORPUS = 500;
const WARM_UP = 40;
const ROUNDS = 20;
const MIB = 2 ** 20;

const facts = factsOf();

const calls = (seed: number): readonly ToolCall[] => commands(CORPUS, seed).map((command) => callOf({ command }));

/** Rules such as people write: half of them deny or ask, half allow. */
function customRules(count: number): PolicyDocument {
  const rules = Array.from({ length: count }, (_, index) => {
    const when = index % 5 === 0 ? { commandContains: [`--secret-${index}`] } : { commandMatches: [`tool-${index} *`] };
    return {
      action: (['deny', 'allow', 'ask', 'watch'] as const)[index % 4] ?? 'deny',
      when,
      message: `rule ${index}`,
    };
  });
  return documentOf([{ name: 'custom', rules }], { defaultAction: 'allow' });
}

/** Microseconds of each evaluation; every command is seen once. */
function evaluationTimes(policies: PolicySet, rounds: number, firstSeed: number): readonly number[] {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const call of calls(firstSeed + round)) {
      const started = process.hrtime.bigint();
      policies.evaluate(call, facts);
      times.push(Number(process.hrtime.bigint() - started) / 1000);
    }
  }
  return times;
}

/** Microseconds of an evaluation, from the time that a whole corpus takes. */
function contestant(policies: PolicySet): () => number {
  let seed = 1000;
  return () => {
    const corpus = calls(seed++);
    return (
      nanosecondsPer(corpus.length, (index) => {
        const call = corpus[index];
        if (call !== undefined) policies.evaluate(call, facts);
      }) / 1000
    );
  };
}

/** Policy evaluation alone: reading the command included, no storage, no HTTP. */
export async function run(): Promise<readonly Row[]> {
  const profile = await loadProfile('standard');
  const started = performance.now();
  const standard = compilePolicies([profile]);
  const compileMs = performance.now() - started;

  evaluationTimes(standard, WARM_UP, 1);
  const times = evaluationTimes(standard, ROUNDS, 1 + WARM_UP);
  const custom = await interleave(101, {
    ten: contestant(compilePolicies([customRules(10)])),
    thousand: contestant(compilePolicies([customRules(1000)])),
  });
  const text = output(MIB, 7);
  const scan = await interleave(9, {
    ms: () => nanosecondsPer(1, () => standard.evaluateResponse(callOf(), text)) / 1e6,
  });

  return [
    {
      name: 'evaluation, standard profile: median',
      value: median(times),
      unit: 'µs',
      better: 'less',
      aim: 25,
      limit: 50,
    },
    { name: 'evaluation, standard profile: p99', value: quantile(times, 0.99), unit: 'µs', better: 'less' },
    {
      name: 'evaluations per second, 1,000 custom rules',
      value: 1e6 / custom.thousand,
      unit: '/s',
      better: 'more',
      limit: 100_000,
    },
    { name: '1,000 custom rules ÷ 10', value: custom.thousand / custom.ten, unit: '×', better: 'less', limit: 3 },
    { name: 'response scan, standard profile, 1 MiB', value: scan.ms, unit: 'ms', better: 'less', aim: 9 },
    { name: 'compiling the standard profile', value: compileMs, unit: 'ms', better: 'less' },
  ];
}
