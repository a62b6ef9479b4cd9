import { SallyportError, type SallyportErrorOptions } from './base.js';
import { branded } from './brand.js';

/**
 * What a policy error is built from.
 *
 * @example
 * ```ts
 * import { PolicyDeniedError, type PolicyErrorOptions } from '@sallyport/core';
 *
 * const options: PolicyErrorOptions = { decision: { outcome: 'deny' }, reason: 'rm -rf is never allowed' };
 * throw new PolicyDeniedError(`Denied: ${options.reason}`, options);
 * ```
 */
export interface PolicyErrorOptions extends SallyportErrorOptions {
  /** The decision as the client returned it; plain JSON. */
  readonly decision?: unknown;
  /** Why, in the gateway's words. */
  readonly reason?: string;
  readonly approvalId?: string | undefined;
}

/**
 * The gateway did its work, and the action may not run (yet).
 *
 * @example
 * ```ts
 * import { PolicyError } from '@sallyport/core';
 *
 * const refusal = (error: unknown) => (error instanceof PolicyError ? error.reason : undefined);
 * ```
 */
export class PolicyError extends SallyportError {
  static override readonly code: string = 'policy';
  /** The decision as the client returned it. Not shown by `toJSON` or `inspect`. */
  readonly decision: unknown;
  /** Why, in the gateway's words; may be empty. */
  readonly reason: string;
  /** The approval that was asked for, where there is one. */
  readonly approvalId: string | undefined;

  static {
    branded(PolicyError, 'core', 'PolicyError');
  }

  constructor(message: string, options: PolicyErrorOptions = {}) {
    super(message, options);
    this.decision = options.decision;
    this.reason = options.reason ?? '';
    this.approvalId = options.approvalId;
  }
}

/**
 * The policy says no.
 *
 * @example
 * ```ts
 * import { PolicyDeniedError } from '@sallyport/core';
 *
 * const denied = (error: unknown): boolean => error instanceof PolicyDeniedError;
 * ```
 */
export class PolicyDeniedError extends PolicyError {
  static override readonly code: string = 'policy_denied';

  static {
    branded(PolicyDeniedError, 'core', 'PolicyDeniedError');
  }
}

/**
 * A human has to agree first, and the caller chose not to wait. `approvalId` names the request.
 *
 * @example
 * ```ts
 * import { ApprovalRequiredError } from '@sallyport/core';
 *
 * const askFor = (error: unknown) => (error instanceof ApprovalRequiredError ? error.approvalId : undefined);
 * ```
 */
export class ApprovalRequiredError extends PolicyError {
  static override readonly code: string = 'approval_required';
  /** RFC 3339; absent where the gateway does not say. */
  readonly expiresAt: string | undefined;

  static {
    branded(ApprovalRequiredError, 'core', 'ApprovalRequiredError');
  }

  constructor(message: string, options: PolicyErrorOptions & { readonly expiresAt?: string | undefined } = {}) {
    super(message, options);
    this.expiresAt = options.expiresAt;
  }
}

/**
 * A human said no, or the request for approval was withdrawn.
 *
 * @example
 * ```ts
 * import { ApprovalRejectedError } from '@sallyport/core';
 *
 * const rejected = (error: unknown): boolean => error instanceof ApprovalRejectedError;
 * ```
 */
export class ApprovalRejectedError extends PolicyError {
  static override readonly code: string = 'approval_rejected';

  static {
    branded(ApprovalRejectedError, 'core', 'ApprovalRejectedError');
  }
}

/**
 * Nobody answered in time, which is a refusal.
 *
 * @example
 * ```ts
 * import { ApprovalTimeoutError } from '@sallyport/core';
 *
 * const unanswered = (error: unknown): boolean => error instanceof ApprovalTimeoutError;
 * ```
 */
export class ApprovalTimeoutError extends PolicyError {
  static override readonly code: string = 'approval_timeout';

  static {
    branded(ApprovalTimeoutError, 'core', 'ApprovalTimeoutError');
  }
}
