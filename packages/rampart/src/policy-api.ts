import type { CallPromise, RequestOptions } from '@sallyport/core';
import { type Caller, checkPlainObject } from '@sallyport/core/internal';
import { checked } from './errors.js';
import {
  deleteAutoAllowed,
  learnRule,
  listAutoAllowed,
  listPolicies,
  reloadPolicy,
  summarizePolicy,
} from './operations/policy.js';
import type {
  AutoAllowedRule,
  LearnedRule,
  LearnRuleParams,
  PolicyList,
  PolicyReload,
  PolicySummary,
} from './types/index.js';

/**
 * The loaded policies. Needs an admin token.
 *
 * @example
 * ```ts
 * import { RampartClient } from '@sallyport/rampart';
 *
 * const { policies } = await new RampartClient().policy.list();
 * ```
 */
export class PolicyApi {
  readonly #caller: Caller;

  /** @internal Made by the client. */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** The active rules in a sentence each. */
  summary(options?: RequestOptions): CallPromise<PolicySummary> {
    return this.#caller.call(summarizePolicy, undefined, options);
  }

  /** Every loaded policy with the file it came from. */
  list(options?: RequestOptions): CallPromise<PolicyList> {
    return this.#caller.call(listPolicies, undefined, options);
  }

  /**
   * Reads the policy files again.
   *
   * @throws RateLimitError when that was done less than a second ago.
   * @throws ServerError when a file cannot be loaded; the policies from before stay active.
   */
  reload(options?: RequestOptions): CallPromise<PolicyReload> {
    return this.#caller.call(reloadPolicy, undefined, options);
  }
}

/**
 * Rules that were made from answers. Needs an admin token.
 *
 * @example
 * ```ts
 * import { RampartClient } from '@sallyport/rampart';
 *
 * await new RampartClient().rules.learn({ tool: 'exec', args: 'npm test' });
 * ```
 */
export class RulesApi {
  readonly #caller: Caller;

  /** @internal Made by the client. */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Rules that approvals with `persist` wrote down. */
  autoAllowed(options?: RequestOptions): CallPromise<readonly AutoAllowedRule[]> {
    return this.#caller.call(listAutoAllowed, undefined, options);
  }

  /** @throws NotFoundError when there is no rule of that name. */
  deleteAutoAllowed(name: string, options?: RequestOptions): CallPromise<void> {
    return this.#caller.call(deleteAutoAllowed, name, options);
  }

  /** Allows a call from now on. A rule that exists already is returned with `created: false`. */
  learn(params: LearnRuleParams, options?: RequestOptions): CallPromise<LearnedRule> {
    return checked(() => {
      checkPlainObject('params', params);
      return this.#caller.call(learnRule, params, options);
    });
  }
}
