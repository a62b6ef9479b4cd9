/** What a rule does with a call that it matches. */
export type Effect = 'allow' | 'deny' | 'require_approval';

export type AlertLevel = 'info' | 'warning' | 'critical';

/** How often an agent may call. */
export interface RateLimits {
  readonly requestsPerMinute?: number;
  readonly requestsPerHour?: number;
}

/** One rule, complete. */
export interface PolicyRule {
  /** The rule's own id or name, else `rule-N`, N from 1. */
  readonly id: string;
  readonly name?: string;
  readonly effect: Effect;
  /** Patterns; one that fits is enough. */
  readonly actions: readonly string[];
  readonly reason?: string;
  readonly description?: string;
  readonly alert?: AlertLevel;
  readonly conditions?: Readonly<Record<string, unknown>>;
}

/** Which agents a policy is about: every list that is not empty must name something of the agent. */
export interface AppliesTo {
  readonly trustTiers: readonly string[];
  readonly tags: readonly string[];
  readonly agentIds: readonly string[];
  readonly orgIds: readonly string[];
}

/** How far agents that the policy is about may delegate. */
export interface DelegationLimits {
  readonly maxDepth?: number;
  readonly permissionCeiling?: readonly string[];
}

/** A policy document in its one normal form, whatever form it was written in. */
export interface PolicyDocument {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly appliesTo: AppliesTo;
  readonly rules: readonly PolicyRule[];
  readonly defaultEffect: 'allow' | 'deny';
  readonly delegation?: DelegationLimits;
  readonly rateLimits?: RateLimits;
  readonly humanInTheLoop?: { readonly requireApproval: readonly string[] };
  readonly audit?: Readonly<Record<string, unknown>>;
}

/** What policies know of the agent that calls. */
export interface AgentFacts {
  readonly id: string;
  readonly name: string;
  readonly orgId: string;
  readonly trustTier: string;
  readonly tags: readonly string[];
}

/** One call, as policies see it. */
export interface CallFacts {
  readonly agent: AgentFacts;
  readonly action: string;
  readonly resource?: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** Of a proxied request, without its query. */
  readonly path?: string;
  readonly method?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A limit on how often one agent may call, to be counted by its key. */
export interface Limit {
  readonly key: string;
  readonly requests: number;
  readonly per: 'minute' | 'hour';
}

/** What policies say about a call. */
export interface Verdict {
  readonly effect: Effect;
  readonly policy: string;
  readonly rule: string;
  /** Why, in words: for a denial always. */
  readonly reason?: string;
  readonly alert?: AlertLevel;
  /** Whether a rule matched, as opposed to a default. */
  readonly explicit: boolean;
  /** Limits of the rule that decided. */
  readonly limits: readonly Limit[];
}
