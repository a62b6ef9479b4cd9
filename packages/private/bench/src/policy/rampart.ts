import { loadProfile } from '../../../../server/src/dialects/rampart/documents/profiles/index.js';
import { compilePolicies } from '../../../../server/src/dialects/rampart/policy/compile.js';
import type { PolicyDocument, ToolCall } from '../../../../server/src/dialects/rampart/policy/model.js';
import type { PolicySet } from '../../../../server/src/dialects/rampart/policy/policy.js';
import { callOf, documentOf, factsOf } from '../../../../server/src/dialects/rampart/policy/testing.js';
import { interleave } from '../harness/interleave.js';
import { nanosecondsPer } from '../harness/measure.js';
import type { Row } from '../harness/row.js';
import { commands, output } from './corpus.js';
import { type Evaluation, manyRows, singleRows } from './evaluation.js';

const CORPUS = 500;
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

const evaluationOf = (policies: PolicySet): Evaluation<ToolCall> => ({
  corpus: calls,
  evaluate: (call) => policies.evaluate(call, facts),
});

/** Policy evaluation alone: reading the command included, no storage, no HTTP. */
export async function run(): Promise<readonly Row[]> {
  const profile = await loadProfile('standard');
  const started = performance.now();
  const standard = compilePolicies([profile]);
  const compileMs = performance.now() - started;

  const single = singleRows('rampart: evaluation, standard profile', evaluationOf(standard));
  const many = await manyRows('rampart', 'custom rules', {
    ten: evaluationOf(compilePolicies([customRules(10)])),
    thousand: evaluationOf(compilePolicies([customRules(1000)])),
  });
  const text = output(MIB, 7);
  const scan = await interleave(9, {
    ms: () => nanosecondsPer(1, () => standard.evaluateResponse(callOf(), text)) / 1e6,
  });

  return [
    ...single,
    ...many,
    { name: 'rampart: response scan, standard profile, 1 MiB', value: scan.ms, unit: 'ms', better: 'less', aim: 9 },
    { name: 'rampart: compiling the standard profile', value: compileMs, unit: 'ms', better: 'less' },
  ];
}
