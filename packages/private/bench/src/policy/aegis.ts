import { dangerOf } from '../../../../server/src/dialects/aegis/evaluation/dangerous.js';
import {
  type EngineFacts,
  type EngineLimits,
  evaluate,
} from '../../../../server/src/dialects/aegis/evaluation/evaluate.js';
import type { Fields } from '../../../../server/src/dialects/aegis/evaluation/proposal.js';
import { compileRegistry, type Registry } from '../../../../server/src/dialects/aegis/registry/registry.js';
import { readProposal } from '../../../../server/src/dialects/aegis/validate.js';
import type { Row } from '../harness/row.js';
import { type Evaluation, manyRows, singleRows } from './evaluation.js';

const CORPUS = 500;
const NOW = 1_795_250_000_000;
const ACTOR = 'agent-001';
const OUTCOMES = ['ALLOW', 'REQUIRE_CONFIRMATION', 'ESCALATE', 'DENY'] as const;

const limits: EngineLimits = {
  confirmationThreshold: 7,
  escalationThreshold: 9,
  aggregateLimit: 20,
  precedence: 'strictest',
};
const rules = { extendedActorIds: false, newSessionId: () => 'session', newRequestId: () => 'request' };

const factsOf = (capability: string): EngineFacts => ({
  now: NOW,
  grant: { actor: ACTOR, capability, grantedAt: NOW - 1 },
  grantUses: 0,
  recentActions: 0,
  decisions: 0,
  history: [],
});

const capabilityOf = (index: number): string => `team-${index}.query`;

/** As many policies as capabilities; each has a condition, and a rule for what does not meet it. */
const registryOf = (count: number): Promise<Registry> =>
  compileRegistry({
    revision: '1',
    capabilities: Array.from({ length: count }, (_, index) => ({
      id: `cap_${index}`,
      name: capabilityOf(index),
      description: '',
      riskLevel: 'low' as const,
      createdAt: NOW,
    })),
    policies: Array.from({ length: count }, (_, index) => ({
      id: `pol_${index}`,
      name: `policy ${index}`,
      description: '',
      rules: [
        {
          capability: capabilityOf(index),
          condition: "parameters.limit <= 1000 and parameters.database == 'production'",
          outcome: 'ALLOW' as const,
          priority: 10,
        },
        {
          capability: capabilityOf(index),
          condition: 'parameters.limit > 1000',
          outcome: OUTCOMES[index % OUTCOMES.length] ?? 'DENY',
          priority: 20,
        },
      ],
      enabled: true,
      version: 1,
      createdAt: NOW,
      updatedAt: NOW,
    })),
    unreadable: [],
  });

const corpus =
  (capabilities: number) =>
  (seed: number): readonly Fields[] =>
    Array.from({ length: CORPUS }, (_, index) => {
      const number = seed * CORPUS + index;
      return {
        actor: { id: ACTOR, type: 'ai-agent' },
        action: {
          capability: capabilityOf(number % capabilities),
          parameters: {
            query: `SELECT * FROM orders WHERE id = ${number}`,
            database: 'production',
            limit: number % 2000,
          },
          resource: `orders/${number}`,
        },
        context: { session_id: 'session' },
      };
    });

const evaluationOf = async (count: number): Promise<Evaluation<Fields>> => {
  const registry = await registryOf(count);
  return {
    corpus: corpus(count),
    evaluate(body) {
      const proposal = readProposal(body, rules);
      return (
        dangerOf(proposal.actionType, proposal.target) ??
        evaluate(proposal, registry, factsOf(proposal.capability), limits)
      );
    },
  };
};

/** A proposal from its parsed body to its outcome: checks, dangerous patterns, policies, risk. No storage, no HTTP. */
export async function run(): Promise<readonly Row[]> {
  const [thirty, ten, thousand] = await Promise.all([evaluationOf(30), evaluationOf(10), evaluationOf(1000)]);
  return [
    ...singleRows('aegis: evaluation, 30 policies', thirty),
    ...(await manyRows('aegis', 'policies', { ten, thousand })),
  ];
}
