import { ConfigurationError, SallyportError } from '@sallyport/core';
import { branded } from '@sallyport/core/internal';

/** Where a policy file is wrong. Lines and columns count from 1; absent when the whole file is meant. */
export interface LoadErrorPlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly cause?: unknown;
}

/**
 * A policy or test file that does not load; what was loaded before stays in force.
 *
 * @example
 * ```ts
 * import { loadPolicies, PolicyLoadError } from '@sallyport/server';
 *
 * try {
 *   loadPolicies('default_action: maybe', 'policy.yaml');
 * } catch (error) {
 *   if (error instanceof PolicyLoadError) console.error(error.message); // engine: invalid default_action "maybe" (policy.yaml:1:17)
 * }
 * ```
 */
export class PolicyLoadError extends ConfigurationError {
  static override readonly code: string = 'policy_load';

  /** The documented text, without the place: `engine: duplicate policy name "a"`. */
  readonly text: string;
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;

  static {
    branded(PolicyLoadError, 'server', 'PolicyLoadError');
  }

  constructor(text: string, place: LoadErrorPlace) {
    const at = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
    super(`${text} (${at})`, { cause: place.cause, gateway: 'rampart' });
    this.text = text;
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
  }
}

/** A request that is refused before policy is asked: the message is the documented `error` text of the 400 answer. */
export class InvalidCallError extends SallyportError {
  static override readonly code: string = 'invalid_call';

  static {
    branded(InvalidCallError, 'server', 'InvalidCallError');
  }

  constructor(text: string) {
    super(text, { gateway: 'rampart' });
  }
}

/** Why the policy store refuses. Each maps to one status: 400, 422, 404, 429, 500, 500, 500. */
export type PolicyStoreErrorCode =
  | 'invalid_rule'
  | 'inexact_rule'
  | 'unknown_rule'
  | 'rate_limited'
  | 'write_failed'
  | 'reload_failed'
  | 'rule_claimed';

/** A change of the policy files that was not made, or was made and could not be loaded (`reload_failed`). */
export class PolicyStoreError extends SallyportError {
  static override readonly code: string = 'policy_store';

  declare readonly code: PolicyStoreErrorCode;

  static {
    branded(PolicyStoreError, 'server', 'PolicyStoreError');
  }

  constructor(code: PolicyStoreErrorCode, text: string, cause?: unknown) {
    super(text, { code, cause, gateway: 'rampart' });
  }
}
