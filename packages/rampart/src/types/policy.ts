/**
 * The active policy in short.
 *
 * @example
 * ```ts
 * import { type PolicySummary, RampartClient } from '@sallyport/rampart';
 *
 * const { summary }: PolicySummary = await new RampartClient().policy.summary();
 * ```
 */
export interface PolicySummary {
  readonly defaultAction: string;
  readonly rules: readonly { readonly name: string; readonly action: string; readonly summary: string }[];
  readonly summary: string;
}

/**
 * One loaded policy.
 *
 * @example
 * ```ts
 * import type { LoadedPolicy } from '@sallyport/rampart';
 *
 * const origin = (policy: LoadedPolicy): string => policy.sourceFile;
 * ```
 */
export interface LoadedPolicy {
  readonly name: string;
  readonly priority?: number;
  readonly sourceFile: string;
  readonly matchTools: readonly string[];
  readonly matchAgent?: string;
  readonly ruleCount: number;
}

/**
 * Every loaded policy.
 *
 * @example
 * ```ts
 * import { type PolicyList, RampartClient } from '@sallyport/rampart';
 *
 * const { policies }: PolicyList = await new RampartClient().policy.list();
 * ```
 */
export interface PolicyList {
  readonly policies: readonly LoadedPolicy[];
  readonly defaultAction: string;
  readonly count: number;
}

/**
 * What a reload found.
 *
 * @example
 * ```ts
 * import type { PolicyReload } from '@sallyport/rampart';
 *
 * const loaded = (reload: PolicyReload): number => reload.policiesLoaded;
 * ```
 */
export interface PolicyReload {
  readonly success: boolean;
  readonly policiesLoaded: number;
  readonly rulesTotal: number;
  readonly reloadTimeMs: number;
}

/**
 * A rule that was made from an approval.
 *
 * @example
 * ```ts
 * import type { AutoAllowedRule } from '@sallyport/rampart';
 *
 * const show = (rule: AutoAllowedRule): string => `${rule.name}: ${rule.commandPattern}`;
 * ```
 */
export interface AutoAllowedRule {
  readonly index: number;
  readonly tool: string;
  readonly commandPattern: string;
  readonly pathPattern?: string;
  readonly name: string;
  /** RFC 3339, from the time stamp in the name. */
  readonly created?: string;
}

/**
 * A call to be allowed from now on.
 *
 * @example
 * ```ts
 * import type { LearnRuleParams } from '@sallyport/rampart';
 *
 * const params: LearnRuleParams = { tool: 'exec', args: 'npm test' };
 * ```
 */
export interface LearnRuleParams {
  readonly tool: 'exec' | 'read' | 'write' | 'edit';
  /** The command or path, taken literally. */
  readonly args: string;
  readonly source?: string;
  readonly agent?: string;
  readonly session?: string;
}

/**
 * The rule that stands for a learned call.
 *
 * @example
 * ```ts
 * import type { LearnedRule } from '@sallyport/rampart';
 *
 * const isNews = (rule: LearnedRule): boolean => rule.created;
 * ```
 */
export interface LearnedRule {
  /** False when the rule existed already. */
  readonly created: boolean;
  readonly ruleName: string;
  readonly tool: string;
  readonly pattern: string;
  readonly decision: string;
  readonly source?: string;
}

/**
 * The gateway's state.
 *
 * @example
 * ```ts
 * import { type GatewayStatus, RampartClient } from '@sallyport/rampart';
 *
 * const { mode }: GatewayStatus = await new RampartClient().status();
 * ```
 */
export interface GatewayStatus {
  readonly configPath: string;
  /** `enforce`, `monitor` or `disabled`. */
  readonly mode: string;
  readonly defaultAction: string;
  readonly policyCount: number;
  readonly ruleCount: number;
  /** Calls of the last hour, by tool. */
  readonly callCounts: Readonly<Record<string, number>>;
}

/**
 * Whether the gateway is up.
 *
 * @example
 * ```ts
 * import { type GatewayHealth, RampartClient } from '@sallyport/rampart';
 *
 * const { status }: GatewayHealth = await new RampartClient().health();
 * ```
 */
export interface GatewayHealth {
  /** `ok`. */
  readonly status: string;
  readonly mode: string;
  readonly uptimeSeconds: number;
  readonly service?: string;
  readonly version?: string;
}

/**
 * What policy says to a command, without audit and without counting.
 *
 * @example
 * ```ts
 * import { type PolicyTest, RampartClient } from '@sallyport/rampart';
 *
 * const { action }: PolicyTest = await new RampartClient().test('rm -rf /');
 * ```
 */
export interface PolicyTest {
  readonly command: string;
  readonly tool: string;
  readonly action: string;
  readonly message: string;
  readonly matchedPolicies: readonly string[];
  readonly policyScope?: string;
}
