import { ActionIndex } from './action-index.js';
import { compileConditions, type Judgement } from './conditions.js';
import type {
  AgentFacts,
  AppliesTo,
  CallFacts,
  Limit,
  PolicyDocument,
  PolicyRule,
  RateLimits,
  Verdict,
} from './model.js';
import { compilePattern, type Matcher } from './pattern.js';
import { tierLevel } from './tiers.js';

/** What is reported where no policy applies. */
const NO_POLICY = 'default';
const DEFAULT_RULE = 'default-deny';
const HUMAN_RULE = 'human-in-the-loop';
const UNREADABLE_RULE = 'unreadable-policy';
/** Selections of policies that are remembered, one for each kind of agent. */
const REMEMBERED = 1024;

/** A rule, ready to be asked. */
export interface CompiledRule {
  readonly policy: number;
  readonly rule: PolicyRule;
  readonly rateLimit: RateLimits;
  /** Whether it matches a call whose action fits. */
  holds(call: CallFacts): boolean;
  judge(call: CallFacts): Judgement;
}

interface Human {
  readonly policy: PolicyDocument;
  readonly matchers: readonly Matcher[];
}

/** The policies that apply to one kind of agent. */
export interface Selection {
  readonly policies: readonly PolicyDocument[];
  /** By position in the set. */
  readonly applies: readonly boolean[];
  /** The first of them that denies what it has no rule for. */
  readonly denying: PolicyDocument | undefined;
  readonly limits: readonly Limit[];
  readonly humans: readonly Human[];
}

/** Policies, compiled: says what becomes of a call, and does nothing else. */
export class PolicySet {
  readonly documents: readonly PolicyDocument[];
  /** Changes with every change of the policies. */
  readonly revision: number;
  readonly rules: readonly CompiledRule[];
  /** Names of policies that are in force and cannot be read: nobody knows what they forbid, so nothing passes. */
  readonly unreadable: readonly string[];
  /** Whether any of them may want a human. */
  readonly asks: boolean;
  /** Whether any of them counts calls. */
  readonly counts: boolean;
  readonly #index: ActionIndex;
  readonly #selections = new Map<string, Selection>();

  constructor(documents: readonly PolicyDocument[], revision: number, unreadable: readonly string[] = []) {
    this.documents = documents;
    this.unreadable = unreadable;
    this.revision = revision;
    this.rules = documents.flatMap(({ rules }, policy) => rules.map((rule) => compileRule(policy, rule)));
    this.asks = documents.some(
      ({ rules, humanInTheLoop }) =>
        humanInTheLoop !== undefined || rules.some(({ effect }) => effect === 'require_approval'),
    );
    this.counts =
      documents.some(({ rateLimits }) => rateLimits !== undefined) ||
      this.rules.some(({ rateLimit }) => limitsOf('', rateLimit).length > 0);
    this.#index = new ActionIndex(this.rules.map(({ rule }) => rule.actions));
  }

  /** The policies that apply to an agent. */
  select(agent: AgentFacts): Selection {
    const key = JSON.stringify([agent.id, agent.trustTier, agent.tags, agent.orgId]);
    const known = this.#selections.get(key);
    if (known !== undefined) return known;
    const selection = this.#select(agent);
    if (this.#selections.size >= REMEMBERED) this.#selections.clear();
    this.#selections.set(key, selection);
    return selection;
  }

  /** The rules whose actions fit, of all policies in their order. */
  candidates(action: string): readonly CompiledRule[] {
    return this.#index.find(action).flatMap((ordinal) => this.rules[ordinal] ?? []);
  }

  /**
   * Decides on a call. In each policy that applies, the first rule that matches counts; then any deny wins, then any rule
   * that wants a human, then any allow; where no rule matches, one default of deny denies.
   */
  evaluate(call: CallFacts): Verdict {
    const [unreadable] = this.unreadable;
    if (unreadable !== undefined) {
      return denied(unreadable, UNREADABLE_RULE, `Policy ${unreadable} cannot be read: apply it again or delete it`);
    }
    const selection = this.select(call.agent);
    if (selection.policies.length === 0) {
      return denied(NO_POLICY, DEFAULT_RULE, `Denied by rule: ${DEFAULT_RULE}`, false);
    }
    const found = this.#firstMatches(call, selection);
    if (found !== undefined) {
      const verdict = this.#verdictOf(found);
      return verdict.effect === 'allow' ? (askHuman(selection, call.action) ?? verdict) : verdict;
    }
    const { denying } = selection;
    if (denying !== undefined) return denied(denying.name, DEFAULT_RULE, `Denied by rule: ${DEFAULT_RULE}`, false);
    const [allowing] = selection.policies;
    const verdict: Verdict = {
      effect: 'allow',
      policy: allowing?.name ?? NO_POLICY,
      rule: 'default-allow',
      explicit: false,
      limits: [],
    };
    return askHuman(selection, call.action) ?? verdict;
  }

  /** The rule that decides, out of the first that matches in each policy. */
  #firstMatches(call: CallFacts, { applies }: Selection): CompiledRule | undefined {
    let asking: CompiledRule | undefined;
    let allowing: CompiledRule | undefined;
    let settled = -1;
    for (const rule of this.candidates(call.action)) {
      if (rule.policy === settled || applies[rule.policy] !== true || !rule.holds(call)) continue;
      settled = rule.policy;
      if (rule.rule.effect === 'deny') return rule;
      if (rule.rule.effect === 'allow') allowing ??= rule;
      else asking ??= rule;
    }
    return asking ?? allowing;
  }

  #verdictOf({ policy, rule, rateLimit }: CompiledRule): Verdict {
    const { name = NO_POLICY } = this.documents[policy] ?? {};
    const { effect, alert } = rule;
    const label = `${effect === 'require_approval' ? 'Approval required' : 'Denied'} by rule: ${ruleLabel(rule)}`;
    const reason = effect === 'allow' ? rule.reason : (rule.reason ?? label);
    return {
      effect,
      policy: name,
      rule: reportedRule(rule),
      ...(reason !== undefined && { reason }),
      ...(alert !== undefined && { alert }),
      explicit: true,
      limits: limitsOf(`${name}/${rule.id}`, rateLimit),
    };
  }

  #select(agent: AgentFacts): Selection {
    const applies = this.documents.map(({ appliesTo }) => isFor(appliesTo, agent));
    const policies = this.documents.filter((_, index) => applies[index]);
    return {
      policies,
      applies,
      denying: policies.find(({ defaultEffect }) => defaultEffect === 'deny'),
      limits: policies.flatMap(({ name, rateLimits = {} }) => limitsOf(name, rateLimits)),
      humans: policies.flatMap((policy) => {
        const patterns = policy.humanInTheLoop?.requireApproval ?? [];
        return patterns.length === 0 ? [] : [{ policy, matchers: patterns.map(compilePattern) }];
      }),
    };
  }
}

/** What a rule is called in answers. */
export const reportedRule = ({ name, id }: PolicyRule): string => name ?? id;

/** What a rule does, in a few words: `deny admin:*`. */
export const ruleLabel = ({ effect, actions }: PolicyRule): string => `${effect} ${actions.join(', ')}`.slice(0, 256);

function compileRule(policy: number, rule: PolicyRule): CompiledRule {
  const { judge, rateLimit } = compileConditions(rule.conditions);
  // What cannot be judged must neither grant anything nor lift a restriction.
  const inDoubt = rule.effect !== 'allow';
  return { policy, rule, rateLimit, judge, holds: (call) => judge(call) ?? inDoubt };
}

function limitsOf(key: string, { requestsPerMinute, requestsPerHour }: RateLimits): readonly Limit[] {
  return [
    ...(requestsPerMinute === undefined ? [] : [{ key, requests: requestsPerMinute, per: 'minute' as const }]),
    ...(requestsPerHour === undefined ? [] : [{ key, requests: requestsPerHour, per: 'hour' as const }]),
  ];
}

/** Every selector that names something must name something of the agent; one that names nothing selects nobody. */
function isFor({ trustTiers, tags, agentIds, orgIds }: AppliesTo, agent: AgentFacts): boolean {
  const level = tierLevel(agent.trustTier);
  const selectors = [
    [trustTiers, trustTiers.some((tier) => tierLevel(tier) === level)],
    [tags, tags.some((tag) => agent.tags.includes(tag))],
    [agentIds, agentIds.includes(agent.id)],
    [orgIds, orgIds.includes(agent.orgId)],
  ] as const;
  const used = selectors.filter(([names]) => names.length > 0);
  return used.length > 0 && used.every(([, isMet]) => isMet);
}

function askHuman({ humans }: Selection, action: string): Verdict | undefined {
  const asking = humans.find(({ matchers }) => matchers.some((matches) => matches(action)));
  return (
    asking && {
      effect: 'require_approval',
      policy: asking.policy.name,
      rule: HUMAN_RULE,
      reason: `Approval required by rule: ${HUMAN_RULE}`,
      explicit: true,
      limits: [],
    }
  );
}

/** A denial in a policy's name. */
export function denied(policy: string, rule: string, reason: string, explicit = true): Verdict {
  return { effect: 'deny', policy, rule, reason, explicit, limits: [] };
}
