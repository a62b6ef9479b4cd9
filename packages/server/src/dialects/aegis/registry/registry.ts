import { type Condition, parseCondition } from '../conditions/parse.js';
import type { Capability, Policy, PolicyRule } from './model.js';
import { compileSchema, type SchemaCheck } from './schema-check.js';

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
  /** Enabled rules for a capability: the higher priority first, then the older policy. */
  rulesFor(capability: string): readonly CompiledRule[];
}

const REMEMBERED = 1024;

/** Compiles what the store holds. @param policies - oldest first. */
export async function compileRegistry(
  revision: string,
  capabilities: readonly Capability[],
  policies: readonly Policy[],
): Promise<Registry> {
  const compiled = await Promise.all(
    capabilities.map(async (capability): Promise<CompiledCapability> => {
      const { parameterSchema } = capability;
      return parameterSchema === undefined
        ? capability
        : { ...capability, check: await compileSchema(parameterSchema) };
    }),
  );
  const rules = policies.filter(({ enabled }) => enabled).flatMap(compileRules);
  const sorted = rules.toSorted((a, b) => b.priority - a.priority);
  const byCapability = new Map<string, readonly CompiledRule[]>();
  return {
    revision,
    capabilities: new Map(compiled.map((capability) => [capability.name, capability])),
    policies,
    rulesFor(capability) {
      const known = byCapability.get(capability);
      if (known !== undefined) return known;
      const found = sorted.filter((rule) => covers(rule.capability, capability));
      if (byCapability.size < REMEMBERED) byCapability.set(capability, found);
      return found;
    },
  };
}

/** @throws ConditionSyntaxError */
function compileRules({ id, name, rules }: Pick<Policy, 'id' | 'name' | 'rules'>): readonly CompiledRule[] {
  return rules.map(({ capability, condition, outcome, priority }, index) => ({
    policy: { id, name },
    index,
    capability,
    outcome,
    priority,
    ...(condition !== undefined && { text: condition, condition: parseCondition(condition) }),
  }));
}

function covers(pattern: string, capability: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? capability.startsWith(pattern.slice(0, -1)) : pattern === capability;
}
