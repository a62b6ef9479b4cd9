import { SallyportError } from '@sallyport/core';
import { branded } from '@sallyport/core/internal';
import { z } from 'zod';
import { type Agent, agentById, agentOf } from './agents/agent.js';
import { checkAction, checkContext, checkResource } from './decide/headers.js';
import { destructiveGate } from './destructive/gate.js';
import { MeshGuardFailure } from './failure.js';
import type { CallFacts, PolicyDocument, Verdict } from './policy/model.js';
import { type CompiledRule, type PolicySet, reportedRule, ruleLabel } from './policy/policy-set.js';
import type { MeshGuard } from './runtime.js';

/** What is asked to be explained is no call: HTTP 400. */
class InvalidCallError extends SallyportError {
  static override readonly code: string = 'invalid_call';

  static {
    branded(InvalidCallError, 'server', 'InvalidCallError');
  }
}

const explainRequest = z.object({
  agentId: z.string('must be an agent id'),
  action: z.string('must be an action'),
  resource: z.string('must be a text').optional(),
  context: z.record(z.string(), z.unknown(), 'must be an object').optional(),
  method: z.string().optional(),
  path: z.string().optional(),
});

type Asked = z.output<typeof explainRequest>;

/**
 * Explains a call without recording it: `{ agentId, action, resource?, context? }`.
 *
 * @throws InvalidCallError when it does not parse, or no agent has the id.
 */
export async function explainCall(mesh: MeshGuard, call: unknown): Promise<unknown> {
  const asked = readCall(call);
  const agent = await knownAgent(mesh, asked.agentId);
  const { set } = mesh.policies.of(agent.orgId);
  const facts = factsOf(asked, agent, mesh.engine.clock.now());
  const verdict = set.evaluate(facts);
  const gate =
    verdict.effect === 'allow' ? destructiveGate(facts.action, agent.trustTier, mesh.settings.destructive) : undefined;
  return {
    decision: verdict.effect === 'allow' && gate !== undefined ? 'require_approval' : verdict.effect,
    policy: verdict.policy,
    rule: verdict.rule,
    ...(!verdict.explicit && {
      default: { action: verdict.effect, because: `no rule of ${verdict.policy} matches`, applied: true },
    }),
    message: gate?.reason ?? verdict.reason ?? `Allowed by rule: ${verdict.rule}`,
    trace: {
      call: { ...facts, now: undefined },
      mode: mesh.settings.mode,
      agentStatus: agent.status,
      policies: tracePolicies(set, facts),
      ...decidingRule(set, verdict),
      ...(gate !== undefined && { destructive: gate }),
      wouldAllow: wouldAllow(set, facts, verdict),
    },
  };
}

function readCall(call: unknown): Asked {
  const parsed = explainRequest.safeParse(call);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidCallError(`the call: ${issue?.path.join('.') || 'it'} ${issue?.message ?? 'is not as documented'}`);
}

async function knownAgent({ engine }: MeshGuard, id: string): Promise<Agent> {
  const [row] = id.includes('\0') ? [] : await engine.store.all(agentById(id));
  if (row === undefined) throw new InvalidCallError(`the call: there is no agent ${id.slice(0, 128)}`);
  return agentOf(row);
}

function factsOf({ action, resource, context, method, path }: Asked, agent: Agent, now: number): CallFacts {
  const { id, name, orgId, trustTier, tags } = agent;
  try {
    return {
      agent: { id, name, orgId, trustTier, tags },
      action: checkAction(action, 'action'),
      ...(resource !== undefined && { resource: checkResource(resource, 'resource') }),
      context: checkContext(context, 'context'),
      ...(method !== undefined && { method }),
      ...(path !== undefined && { path }),
      now,
    };
  } catch (error) {
    if (error instanceof MeshGuardFailure) throw new InvalidCallError(`the call: ${error.message}`);
    throw error;
  }
}

/** Where the rule that decided stands. */
function decidingRule({ documents }: PolicySet, verdict: Verdict): object {
  const rules = documents.find(({ name }) => name === verdict.policy)?.rules ?? [];
  const rule = rules.findIndex((each) => reportedRule(each) === verdict.rule);
  return rule === -1 ? {} : { deciding: { policy: verdict.policy, rule } };
}

/** Every policy, whether it applies, and which of its rules fit the action. */
function tracePolicies(set: PolicySet, facts: CallFacts): readonly object[] {
  const { applies } = set.select(facts.agent);
  const candidates = set.candidates(facts.action);
  return set.documents.map((document, policy) => {
    const isApplied = applies[policy] === true;
    return {
      name: document.name,
      inScope: isApplied,
      rules: isApplied
        ? traceRules(
            document,
            candidates.filter((rule) => rule.policy === policy),
            facts,
          )
        : outOfScope(document, whyNot(document, facts)),
      defaultEffect: document.defaultEffect,
    };
  });
}

function traceRules(
  document: PolicyDocument,
  candidates: readonly CompiledRule[],
  facts: CallFacts,
): readonly object[] {
  let decided = false;
  return document.rules.map((rule, index) => {
    const compiled = candidates.find((candidate) => candidate.rule === rule);
    const about = { index, name: reportedRule(rule), action: rule.effect };
    if (compiled === undefined) return { ...about, fired: false, because: 'no pattern of it fits the action' };
    if (decided) return { ...about, fired: false, because: 'an earlier rule of the policy has decided' };
    const judgement = compiled.judge(facts);
    decided = compiled.holds(facts);
    return { ...about, fired: decided, because: `${ruleLabel(rule)}; ${conditionText(judgement)}` };
  });
}

const outOfScope = ({ rules }: PolicyDocument, because: string): readonly object[] =>
  rules.map((rule, index) => ({ index, name: reportedRule(rule), action: rule.effect, fired: false, because }));

function conditionText(judgement: boolean | undefined): string {
  if (judgement === undefined) return 'its conditions cannot be judged';
  return judgement ? 'its conditions hold' : 'its conditions do not hold';
}

function whyNot({ appliesTo }: PolicyDocument, { agent }: CallFacts): string {
  const selectors = Object.entries(appliesTo).filter(([, names]) => names.length > 0);
  if (selectors.length === 0) return 'it has no selectors, and applies to no agent';
  const wanted = selectors.map(([name, names]) => `${name}: ${names.join(', ')}`).join('; ');
  return `it is for ${wanted}; the agent ${agent.id} is ${agent.trustTier} with the tags ${agent.tags.join(', ') || '(none)'}`;
}

/** What would have let the call pass. */
function wouldAllow(set: PolicySet, { agent, action }: CallFacts, verdict: Verdict): readonly string[] {
  if (verdict.effect === 'allow') return [];
  if (verdict.effect === 'require_approval') return ['an approval of this very call'];
  if (set.unreadable.length > 0) return set.unreadable.map((name) => `policy "${name}" applied again, or deleted`);
  if (verdict.explicit) return [`rule "${verdict.rule}" of policy "${verdict.policy}" not matching the call`];
  const { policies } = set.select(agent);
  const into =
    policies.length === 0 ? 'a policy that applies to the agent' : policies.map(({ name }) => `"${name}"`).join(' or ');
  return [`a rule { effect: allow, actions: ["${action}"] } in ${into}`];
}
