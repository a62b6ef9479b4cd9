/** What a rule may say. `log` is read as `watch`. */
export type RuleAction = 'allow' | 'deny' | 'watch' | 'ask' | 'webhook';

/** Where something was written. Lines count from 1. */
export interface Source {
  /** Path, or `embedded:standard`. */
  readonly file: string;
  readonly line: number;
}

export interface CallCount {
  readonly gte: number;
  readonly windowMs: number;
  /** The current call's tool when absent. */
  readonly tool?: string;
}

export interface AgentDepth {
  readonly gte?: number;
  readonly lte?: number;
  readonly eq?: number;
}

/** Conditions. Fields AND together, values within one OR; `commandMatches` and `commandContains` are one field. */
export interface When {
  readonly commandMatches?: readonly string[];
  readonly commandContains?: readonly string[];
  readonly commandNotMatches?: readonly string[];
  readonly commandEnvAssignments?: readonly string[];
  readonly pathMatches?: readonly string[];
  readonly pathNotMatches?: readonly string[];
  readonly urlMatches?: readonly string[];
  readonly domainMatches?: readonly string[];
  readonly toolParamMatches?: Readonly<Record<string, string>>;
  readonly sessionMatches?: readonly string[];
  readonly sessionNotMatches?: readonly string[];
  readonly agentDepth?: AgentDepth;
  readonly callCount?: CallCount;
  readonly responseMatches?: readonly string[];
  readonly responseNotMatches?: readonly string[];
  readonly default?: boolean;
}

export interface WebhookAction {
  readonly url: string;
  readonly timeoutMs: number;
  readonly failOpen: boolean;
}

export interface Rule {
  readonly action: RuleAction;
  readonly when: When;
  readonly message: string;
  readonly webhook?: WebhookAction;
  readonly ask?: { readonly audit: boolean; readonly headlessOnly: boolean };
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
  readonly once: boolean;
  readonly source: Source;
}

export interface Policy {
  readonly name: string;
  readonly description: string;
  /** Smaller comes first; 100 when the file says 0 or nothing. */
  readonly priority: number;
  readonly enabled: boolean;
  readonly match: { readonly agent: string; readonly session: string; readonly tools?: readonly string[] };
  readonly rules: readonly Rule[];
  readonly source: Source;
}

export interface Notify {
  readonly url: string;
  readonly platform: 'auto' | 'slack' | 'discord' | 'teams' | 'openclaw' | 'webhook';
  readonly on: readonly RuleAction[];
}

/** An inline test of a policy file. */
export interface PolicyTest {
  readonly name: string;
  readonly tool: string;
  readonly agent: string;
  readonly session?: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Output of the tool, to be scanned when the call itself is allowed. */
  readonly response?: string;
  readonly expect: RuleAction;
  readonly expectMessage?: string;
  readonly source: Source;
}

/** One policy file, read and checked. */
export interface PolicyDocument {
  readonly file: string;
  readonly defaultAction?: Exclude<RuleAction, 'webhook'>;
  readonly policies: readonly Policy[];
  readonly notify?: Notify;
  readonly tests: readonly PolicyTest[];
}

/** A request after canonicalisation: each logical field once, aliases agreed. Absent fields are empty strings. */
export interface ToolCall {
  readonly tool: string;
  readonly agent: string;
  readonly session: string;
  /** Nesting depth of agents; 0 over HTTP. */
  readonly agentDepth: number;
  readonly params: Readonly<Record<string, unknown>>;
  /** The structured arguments as they were sent, when they were. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** What `tool_param_matches` looks into. */
  readonly view: Readonly<Record<string, unknown>>;
  readonly command: string;
  readonly path: string;
  readonly workdir: string;
  readonly url: string;
  readonly domain: string;
  readonly scheme: string;
}

/** Everything that a decision depends on besides policy and call. */
export interface Facts {
  readonly now: number;
  /** Calls of the tool within the window, the current one included. */
  callCount(tool: string, windowMs: number): number;
  /** File base name that the caller's credential binds it to. */
  readonly policyBinding?: string;
  /** True for a per-agent credential: a call that nothing matches is denied whatever the default says. */
  readonly denyUnmatched: boolean;
  /** Resolves symbolic links, for path candidates. Identity when absent. */
  readonly realpath?: (path: string) => string;
}

/** What the engine decided, and on what. */
export interface Verdict {
  readonly action: RuleAction;
  readonly message: string;
  readonly matchedPolicies: readonly string[];
  /** True only for a deny on which suggestions make sense. */
  readonly suggest: boolean;
  /** The rule that decided; absent for defaults and guards. */
  readonly deciding?: { readonly policy: Policy; readonly rule: Rule; readonly index: number };
  /** A `once` rule that this decision uses up. */
  readonly once?: Rule;
  readonly trace?: Trace;
}

/** How a decision came about. */
export interface Trace {
  readonly call: ToolCall;
  /** Forms of the command that patterns were held against. */
  readonly commands: readonly string[];
  /** False for a call that is refused before any policy is asked. */
  readonly judged: boolean;
  readonly policies: readonly TracePolicy[];
  readonly deciding?: { readonly policy: string; readonly rule: number; readonly source: Source };
  readonly defaultAction: string;
  /** What would have let the call through, in words; empty when it was let through. */
  readonly wouldAllow: readonly string[];
}

export interface TracePolicy {
  readonly name: string;
  readonly priority: number;
  readonly source: Source;
  /** Whether its scope (agent, session, tool) fits. */
  readonly inScope: boolean;
  readonly rules: readonly TraceRule[];
}

export interface TraceRule {
  readonly index: number;
  readonly action: RuleAction;
  readonly source: Source;
  readonly fired: boolean;
  /** The first condition that did not hold, or the ones that did. */
  readonly because: string;
}
