import { agentStateOf } from './agent-state.js';
import { wireRisk } from './entries.js';
import { dangerOf } from './evaluation/dangerous.js';
import { type EngineFacts, type Evaluation, evaluate } from './evaluation/evaluate.js';
import { PolicyConditionError } from './evaluation/policies.js';
import { type Fields, isFields, type Proposal } from './evaluation/proposal.js';
import { grantIn, numberIn, proposalFacts } from './facts.js';
import { AegisFailure } from './failure.js';
import { rulesOf } from './propose.js';
import type { Registry } from './registry/registry.js';
import type { Aegis } from './runtime.js';
import { readProposal } from './validate.js';

/** A proposal that does not parse. */
class InvalidProposalError extends Error {
  override readonly name = 'InvalidProposalError';
  readonly code = 'invalid_call';
}

/** What would be decided about a proposal, and why. */
export type Explanation = Readonly<
  Record<'decision' | 'message' | 'matched_policies' | 'suggestions' | 'trace', unknown>
>;

/**
 * Explains a proposal without recording it or counting it.
 *
 * @throws InvalidProposalError when it does not parse.
 */
export async function explainProposal(aegis: Aegis, call: unknown): Promise<Explanation> {
  const proposal = read(aegis, call);
  const danger = dangerOf(proposal.actionType, proposal.target);
  if (danger !== undefined) {
    const trace = { input: inputOf(proposal), stage: 'dangerous patterns', error_code: danger.code };
    return { decision: 'REJECTED', message: danger.message, matched_policies: [], suggestions: [], trace };
  }
  const registry = await aegis.registry.fresh();
  const facts = await factsFor(aegis, proposal);
  try {
    return explanation(aegis, proposal, registry, facts, evaluate(proposal, registry, facts, aegis.settings));
  } catch (error) {
    if (!(error instanceof PolicyConditionError)) throw error;
    const trace = { input: inputOf(proposal), stage: 'policy', error_code: 'AEGIS-POL-009', policies: error.steps };
    return { decision: 'REJECTED', message: error.message, matched_policies: [], suggestions: [], trace };
  }
}

function read(aegis: Aegis, call: unknown): Proposal {
  if (!isFields(call)) throw new InvalidProposalError('the call must be an object with actor and action');
  try {
    return readProposal(call, rulesOf(aegis));
  } catch (error) {
    throw error instanceof AegisFailure ? new InvalidProposalError(error.message, { cause: error }) : error;
  }
}

async function factsFor({ engine }: Aegis, { actor, capability }: Proposal): Promise<EngineFacts> {
  const { store, clock } = engine;
  const now = clock.now();
  const facts = await store.all(proposalFacts({ actor: actor.id, capability, requestId: '', now }));
  const { actions, decisions, history } = agentStateOf(facts, now);
  const grantUses = numberIn(facts, 'uses');
  return { now, grant: grantIn(facts), grantUses, recentActions: actions.length, decisions, history };
}

function explanation(
  { settings }: Aegis,
  proposal: Proposal,
  registry: Registry,
  { grantUses, recentActions, decisions }: EngineFacts,
  evaluation: Evaluation,
): Explanation {
  const { outcome, reason, stage, risk, steps, policyMatched } = evaluation;
  const rules = registry.rulesFor(proposal.capability);
  return {
    decision: outcome,
    message: reason,
    matched_policies: policyMatched === undefined ? [] : [policyMatched],
    suggestions: suggestions(proposal, evaluation),
    trace: {
      input: inputOf(proposal),
      stage,
      capability_check: evaluation.capabilityCheck,
      authority_check: evaluation.authorityCheck,
      policies: steps,
      policies_not_reached: rules
        .slice(steps.length)
        .map(({ policy, index }) => ({ policy: policy.name, rule: index })),
      risk: {
        risk_score: wireRisk(risk.score),
        confirmation_threshold: wireRisk(settings.confirmationThreshold),
        escalation_threshold: wireRisk(settings.escalationThreshold),
        category: risk.category,
        breakdown: risk.breakdown,
        explanation: risk.explanation,
      },
      counts: { grant_uses: grantUses, recent_actions: recentActions, decisions },
      aggregate_limit: settings.aggregateLimit,
    },
  };
}

/** The proposal as it was understood. */
function inputOf({ actor, capability, actionType, target, parameters, context }: Proposal): Fields {
  return { actor, capability, action_type: actionType, target, parameters, context };
}

/** What would have allowed it. */
function suggestions({ actor, capability }: Proposal, { outcome, stage }: Evaluation): readonly string[] {
  if (outcome === 'ALLOW') return [];
  switch (stage) {
    case 'capability':
      return [`register the capability '${capability}', grant it to '${actor.id}', and allow it by a policy`];
    case 'grant':
      return [`grant '${capability}' to '${actor.id}'`];
    case 'constraints':
      return [`wait, or grant '${capability}' to '${actor.id}' under other constraints`];
    case 'schema':
      return [`send parameters that match the schema of '${capability}'`];
    case 'policy':
      return outcome === 'DENY' ? [`allow '${capability}' by a policy, and deny it by none`] : CONFIRM[outcome];
    default:
      return outcome === 'DENY' ? [] : CONFIRM[outcome];
  }
}

const CONFIRM: Readonly<Record<'ESCALATE' | 'REQUIRE_CONFIRMATION', readonly string[]>> = {
  ESCALATE: ['let an operator approve the escalation, and send the proposal again with the token'],
  REQUIRE_CONFIRMATION: ['ask the user, and send the proposal again with the confirmation token'],
};
