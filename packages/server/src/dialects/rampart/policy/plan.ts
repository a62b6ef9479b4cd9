import type { ToolCall } from './model.js';
import type { CallContext } from './rules/context.js';
import type { CompiledRule } from './rules/rule.js';
import type { IndexedField } from './rules/tables.js';
import { type CompiledPolicy, inScope } from './scope.js';

/** A rule in its place among all rules. */
export interface PlacedRule {
  /** In order of evaluation: by policy, then by rule. */
  readonly position: number;
  readonly policy: CompiledPolicy;
  readonly compiled: CompiledRule;
}

/** What of a policy set concerns one combination of agent, session, tool and credential. */
export interface Plan {
  /** Policies whose scope fits, in order of evaluation. */
  readonly scoped: readonly CompiledPolicy[];
  /** Those of them that the credential's binding leaves. */
  readonly bound: readonly CompiledPolicy[];
  /** Names of the bound policies. */
  readonly names: readonly string[];
  /** By position of a policy, whether it is scoped and bound. */
  readonly isScoped: Uint8Array;
  readonly isBound: Uint8Array;
  /** Rules in scope that no pattern brings up. */
  readonly always: readonly PlacedRule[];
  /** Rules in scope about commands. */
  readonly commandRules: readonly PlacedRule[];
  /** Fields that a rule in scope asks about. */
  readonly fields: readonly IndexedField[];
  /** Directories that path patterns in scope start from. */
  readonly pathBases: readonly string[];
}

const CACHED_PLANS = 256;
const CACHED_KEY_LENGTH = 1024;

/** Finds the rules that a call may fire without looking at the others. */
export class Planner {
  /** In order of evaluation. */
  readonly policies: readonly CompiledPolicy[];
  readonly #rules: readonly PlacedRule[];
  /** Per field and pattern, the rules that want it. */
  readonly #wanting: Readonly<Record<IndexedField, PlacedRule[][]>> = {
    commands: [],
    paths: [],
    urls: [],
    domains: [],
  };
  readonly #plans = new Map<string, Plan>();

  /** @param policies - In order of evaluation. */
  constructor(policies: readonly CompiledPolicy[]) {
    this.policies = policies;
    this.#rules = policies
      .flatMap((policy) => policy.rules.map((compiled) => ({ policy, compiled })))
      .map((placed, position) => ({ ...placed, position }));
    for (const placed of this.#rules) {
      const { trigger } = placed.compiled;
      if (typeof trigger === 'string') continue;
      const rules = this.#wanting[trigger.field];
      for (const id of trigger.patterns.keys()) {
        const wanting = rules[id];
        if (wanting === undefined) rules[id] = [placed];
        else wanting.push(placed);
      }
    }
  }

  /** The plan for a caller; remembered for the next call of the kind. */
  plan(call: ToolCall, binding: string | undefined): Plan {
    const { agent, session, tool } = call;
    const key = `${agent.length} ${session.length} ${tool.length} ${agent}${session}${tool}${binding ?? ''}`;
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = this.#build(call, binding);
    if (key.length <= CACHED_KEY_LENGTH) {
      const [oldest] = this.#plans.size >= CACHED_PLANS ? this.#plans.keys() : [];
      if (oldest !== undefined) this.#plans.delete(oldest);
      this.#plans.set(key, plan);
    }
    return plan;
  }

  #build(call: ToolCall, binding: string | undefined): Plan {
    const profile = binding === '' ? undefined : binding?.toLowerCase();
    const scoped = this.policies.filter(({ scope }) => inScope(scope, call));
    const bound = profile === undefined ? scoped : scoped.filter((policy) => policy.profile === profile);
    const isScoped = new Uint8Array(this.policies.length);
    const isBound = new Uint8Array(this.policies.length);
    for (const { position } of scoped) isScoped[position] = 1;
    for (const { position } of bound) isBound[position] = 1;
    const rules = this.#rules.filter(({ policy }) => isScoped[policy.position] === 1);
    const fields = new Set<IndexedField>();
    for (const { compiled } of rules) if (typeof compiled.trigger !== 'string') fields.add(compiled.trigger.field);
    return {
      scoped,
      bound,
      names: bound.map(({ policy }) => policy.name),
      isScoped,
      isBound,
      always: rules.filter(({ compiled }) => compiled.trigger === 'always'),
      commandRules: rules.filter(({ compiled }) => isAbout(compiled, 'commands')),
      fields: [...fields],
      pathBases: [...new Set(rules.flatMap(({ compiled }) => compiled.pathBases))],
    };
  }

  /** Every rule of the plan that may fire, in order of evaluation. */
  candidates(plan: Plan, context: CallContext): readonly PlacedRule[] {
    if (plan.fields.includes('commands') && context.call.command !== '' && context.command.overflow) {
      return inOrder([...plan.always, ...plan.commandRules, ...this.#brought(plan, context)]);
    }
    const brought = this.#brought(plan, context);
    return brought.length === 0 ? plan.always : inOrder([...plan.always, ...brought]);
  }

  #brought(plan: Plan, context: CallContext): PlacedRule[] {
    const brought: PlacedRule[] = [];
    for (const field of plan.fields) {
      const wanting = this.#wanting[field];
      for (const matched of context.matching(field)) {
        for (const id of matched) {
          for (const placed of wanting[id] ?? []) {
            if (plan.isScoped[placed.policy.position] === 1) brought.push(placed);
          }
        }
      }
    }
    return brought;
  }
}

function isAbout({ trigger }: CompiledRule, field: IndexedField): boolean {
  return typeof trigger !== 'string' && trigger.field === field;
}

function inOrder(rules: PlacedRule[]): readonly PlacedRule[] {
  rules.sort((a, b) => a.position - b.position);
  return rules.filter((placed, at) => placed !== rules[at - 1]);
}
