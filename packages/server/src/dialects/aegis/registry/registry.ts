import { ConditionSyntaxError } from '../conditions/lex.js';
import { type Condition, parseCondition } from '../conditions/parse.js';
import type { Capability, Policy, PolicyRule } from './model.js';
import type { PolicyKey } from './rows.js';
import { compileSchema, type SchemaCheck, SchemaError } from './schema-check.js';

/** A rule that is ready to be evaluated. */
export interface CompiledRule extends Omit<PolicyRule, 'condition'> {
  readonly policy: Pick<Policy, 'id' | 'name'>;
  /** Position among its policy's rules, from 0. */
  readonly index: number;
  /** The condition's text; absent where the rule always holds. */
  readonly text?: string;
  readonly condition?: Condition;
}

export interface CompiledCapability extends Capability {
  readonly check?: SchemaCheck;
}

/** Capabilities and policies of one moment, compiled. */
export interface Registry {
  /** Changes with every change. */
  readonly revision: string;
  readonly capabilities: ReadonlyMap<string, CompiledCapability>;
  readonly policies: readonly Policy[];
  /** Policies that cannot be read: nobody knows what they forbid, so nothing passes. */
  readonly unreadable: readonly PolicyKey[];
  /** Enabled rules for a capability: the higher priority first, then the older policy. */
  rulesFor(capability: string): readonly CompiledRule[];
}

const REMEMBERED = 1024;

/** What the store holds; policies oldest first. */
export interface Stored {
  readonly revision: string;
  readonly capabilities: readonly Capability[];
  readonly policies: readonly Policy[];
  readonly unreadable: readonly PolicyKey[];
}

/** Compiles what the store holds. A capability that cannot be compiled is as good as not registered. */
export async function compileRegistry(stored: Stored): Promise<Registry> {
  const { revision, capabilities, policies } = stored;
  const compiled = (await Promise.all(capabilities.map(compileCapability))).filter((one) => one !== undefined);
  const compiledPolicies = policies.map((policy) => ({ policy, rules: policy.enabled ? compileRules(policy) : [] }));
  const unreadable = [
    ...stored.unreadable,
    ...compiledPolicies.filter((one) => one.rules === undefined).map(({ policy }) => policy),
  ];
  const rules = [...unreadable.map(denyEverything), ...compiledPolicies.flatMap((one) => one.rules ?? [])];
  const sorted = rules.toSorted((a, b) => b.priority - a.priority);
  const byCapability = new Map<string, readonly CompiledRule[]>();
  return {
    revision,
    capabilities: new Map(compiled.map((capability) => [capability.name, capability])),
    policies: compiledPolicies.filter((one) => one.rules !== undefined).map(({ policy }) => policy),
    unreadable,
    rulesFor(capability) {
      const known = byCapability.get(capability);
      if (known !== undefined) return known;
      const found = sorted.filter((rule) => covers(rule.capability, capability));
      if (byCapability.size < REMEMBERED) byCapability.set(capability, found);
      return found;
    },
  };
}

async function compileCapability(capability: Capability): Promise<CompiledCapability | undefined> {
  const { parameterSchema } = capability;
  if (parameterSchema === undefined) return capability;
  try {
    return { ...capability, check: await compileSchema(parameterSchema) };
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return undefined;
  }
}

/** What a policy does whose rules nobody can read. */
const denyEverything = ({ id, name }: PolicyKey): CompiledRule => ({
  policy: { id, name },
  index: 0,
  capability: '*',
  outcome: 'DENY',
  priority: Number.MAX_SAFE_INTEGER,
});

/** @returns undefined when a condition cannot be read. */
function compileRules({ id, name, rules }: Policy): readonly CompiledRule[] | undefined {
  try {
    return rules.map(({ capability, condition, outcome, priority }, index) => ({
      policy: { id, name },
      index,
      capability,
      outcome,
      priority,
      ...(condition !== undefined && { text: condition, condition: parseCondition(condition) }),
    }));
  } catch (error) {
    if (!(error instanceof ConditionSyntaxError)) throw error;
    return undefined;
  }
}

function covers(pattern: string, capability: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? capability.startsWith(pattern.slice(0, -1)) : pattern === capability;
}
