/**
 * One rule of a policy.
 *
 * @example
 * ```ts
 * import type { PolicyRule } from '@sallyport/meshguard';
 *
 * const rule: PolicyRule = { effect: 'deny', actions: ['delete:*'], reason: 'Nothing is deleted by agents.' };
 * ```
 */
export interface PolicyRule {
  readonly id?: string;
  readonly name?: string;
  /** `allow`, `deny` or `require_approval`. */
  readonly effect?: string;
  /** Patterns such as `read:*`; `*` stands for any run of characters. */
  readonly actions?: readonly string[];
  readonly reason?: string;
  readonly conditions?: Readonly<Record<string, unknown>>;
  /** Keys that this client does not know. */
  readonly [extension: string]: unknown;
}

/**
 * A policy document: which agents it applies to, and its rules, of which the first that matches decides.
 *
 * @example
 * ```ts
 * import type { Policy } from '@sallyport/meshguard';
 *
 * const policy: Policy = {
 *   name: 'sales',
 *   appliesTo: { tags: ['sales'] },
 *   rules: [{ effect: 'allow', actions: ['read:*', 'write:email'] }],
 *   defaultEffect: 'deny',
 * };
 * ```
 */
export interface Policy {
  readonly name: string;
  readonly id?: string;
  readonly version?: string;
  readonly description?: string;
  readonly appliesTo?: Readonly<Record<string, unknown>>;
  readonly rules: readonly PolicyRule[];
  /** `allow` or `deny`, for what no rule matches. */
  readonly defaultEffect?: string;
  readonly delegation?: Readonly<Record<string, unknown>>;
  /** Keys that this client does not know. */
  readonly [extension: string]: unknown;
}

/**
 * A policy as it is handed in: an object, of a type of your own if you like, or the text of a YAML or JSON file.
 *
 * @example
 * ```ts
 * import type { PolicyDocument } from '@sallyport/meshguard';
 *
 * const document: PolicyDocument = 'name: readers\nrules:\n  - effect: allow\n    actions: ["read:*"]\n';
 * ```
 */
export type PolicyDocument = string | Policy | { readonly name: string; readonly rules: readonly object[] };

/**
 * What the gateway thinks of a policy document.
 *
 * @example
 * ```ts
 * import { MeshGuardClient, type PolicyValidation } from '@sallyport/meshguard';
 *
 * const check: PolicyValidation = await new MeshGuardClient().validatePolicy('name: empty');
 * if (!check.valid) process.stderr.write(`${check.errors.join('\n')}\n`);
 * ```
 */
export interface PolicyValidation {
  readonly valid: boolean;
  /** Why it is not; empty when it is. */
  readonly errors: readonly string[];
  /** What is allowed, and probably not meant. */
  readonly warnings: readonly string[];
}

/**
 * A call to try a policy on.
 *
 * @example
 * ```ts
 * import type { TestPolicyParams } from '@sallyport/meshguard';
 *
 * const params: TestPolicyParams = { policy: 'sales', agentId: 'agent_abc123', action: 'delete:contacts' };
 * ```
 */
export interface TestPolicyParams {
  /** The name of a policy, or one that is not in force yet, as an object. */
  readonly policy: PolicyDocument;
  readonly agentId: string;
  readonly action: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * What a policy says to a call. Nothing was counted or recorded.
 *
 * @example
 * ```ts
 * import { MeshGuardClient, type PolicyTest } from '@sallyport/meshguard';
 *
 * const client = new MeshGuardClient();
 * const test: PolicyTest = await client.testPolicy({ policy: 'sales', agentId: 'agent_1', action: 'read:contacts' });
 * ```
 */
export interface PolicyTest {
  /** Only `allow` lets the call be made; `approval_required` needs a human first. */
  readonly decision: 'allow' | 'deny' | 'approval_required';
  readonly allowed: boolean;
  readonly policy?: string;
  readonly rule?: string;
  readonly reason?: string;
}
