import { readDocument } from '../../../../server/src/dialects/meshguard/policy/document.js';
import type { CallFacts } from '../../../../server/src/dialects/meshguard/policy/model.js';
import { PolicySet } from '../../../../server/src/dialects/meshguard/policy/policy-set.js';
import type { Row } from '../harness/row.js';
import { type Evaluation, manyRows, singleRows } from './evaluation.js';

const CORPUS = 500;
const RESOURCES = ['contacts', 'records', 'email', 'payments', 'reports'] as const;
const EFFECTS = ['allow', 'deny', 'require_approval'] as const;

const agent = { id: 'agent', name: 'bench', orgId: 'default', trustTier: 'verified', tags: ['production', 'sales'] };

function documentOf(given: object) {
  const { document, problems } = readDocument(given);
  if (document === undefined) throw new Error(`The benchmark's policy cannot be read: ${problems[0]?.message}`);
  return document;
}

/** Rules as the documentation shows them: wildcards, and a condition. What may be read is said once, or in every policy. */
const policyOf = (index: number, isBroad: boolean) =>
  documentOf({
    name: `policy-${index}`,
    version: '1',
    appliesTo: index % 2 === 0 ? { tags: ['production'] } : { trustTiers: ['verified', 'trusted'] },
    rules: [
      { effect: 'deny', actions: [`delete:team-${index}:*`], reason: 'Deleting is not allowed' },
      {
        effect: EFFECTS[index % EFFECTS.length],
        actions: [`write:team-${index}:*`],
        conditions: { context: { amount: { gte: 1000 } } },
      },
      { effect: 'allow', actions: [index === 0 || isBroad ? 'read:*' : `execute:team-${index}:*`] },
    ],
    defaultEffect: 'deny',
  });

const policies = (count: number, isBroad: boolean): PolicySet =>
  new PolicySet(
    Array.from({ length: count }, (_, index) => policyOf(index, isBroad)),
    1,
  );

/** Actions of the teams that there are policies of; no two have the same name. */
const corpus =
  (teams: number) =>
  (seed: number): readonly CallFacts[] =>
    Array.from({ length: CORPUS }, (_, index) => {
      const team = (seed * CORPUS + index) % teams;
      const resource = RESOURCES[index % RESOURCES.length];
      return {
        agent,
        action: `${index % 3 === 0 ? 'read' : 'write'}:team-${team}:${resource}-${seed}-${index}`,
        context: { amount: index * 7 },
        now: 1_795_250_000_000 + index,
      };
    });

const evaluationOf = (count: number, isBroad = false): Evaluation<CallFacts> => {
  const set = policies(count, isBroad);
  return { corpus: corpus(count), evaluate: (call) => set.evaluate(call) };
};

/** Policy evaluation alone: no storage, no HTTP. */
export async function run(): Promise<readonly Row[]> {
  return [
    ...singleRows('meshguard: evaluation, 30 policies', evaluationOf(30)),
    ...(await manyRows('meshguard', 'policies', { ten: evaluationOf(10), thousand: evaluationOf(1000) })),
    ...singleRows('meshguard: evaluation, 1,000 policies of which all fit each third call', evaluationOf(1000, true)),
  ];
}
