import {
  ApprovalRequiredError as CoreApprovalRequiredError,
  AuthenticationError as CoreAuthenticationError,
  PolicyDeniedError as CorePolicyDeniedError,
  RateLimitError as CoreRateLimitError,
  type ErrorDecoder,
  type HttpErrorOptions,
  type ProblemDetails,
  SallyportError,
  type SallyportErrorOptions,
  type TransportHeaders,
} from '@sallyport/core';
import { branded, claim, httpError } from '@sallyport/core/internal';
import { isObject, traceIdOf } from './operations/head.js';
import type { PendingApproval, PolicyDecision } from './types/index.js';

/**
 * What a {@link MeshGuardError} is built from.
 *
 * @example
 * ```ts
 * import { MeshGuardError, type MeshGuardErrorOptions } from '@sallyport/meshguard';
 *
 * const options: MeshGuardErrorOptions = { traceId: '3f2a' };
 * throw new MeshGuardError('The agent is not set up.', options);
 * ```
 */
export interface MeshGuardErrorOptions extends SallyportErrorOptions {
  readonly traceId?: string | undefined;
}

/**
 * The root of every error that a MeshGuard client throws. What has no name of its own here (a timeout, a lost connection, an
 * answer that cannot be read) is core's class, and a `MeshGuardError` at the same time.
 *
 * @example
 * ```ts
 * import { MeshGuardClient, MeshGuardError } from '@sallyport/meshguard';
 *
 * try {
 *   await new MeshGuardClient().enforce('dangerous:action');
 * } catch (error) {
 *   if (error instanceof MeshGuardError) process.stderr.write(`General error: ${error.message} (${error.traceId})\n`);
 * }
 * ```
 */
export class MeshGuardError extends SallyportError {
  static override readonly code: string = 'meshguard';
  /** Finds the call in the gateway's audit log. */
  readonly traceId: string | undefined;

  static {
    branded(MeshGuardError, 'meshguard', 'MeshGuardError');
  }

  constructor(message: string, options: MeshGuardErrorOptions = {}) {
    super(message, options);
    this.traceId = options.traceId;
  }
}

/**
 * The token is invalid or expired (401), or the one that a call needs was not given: then nothing was sent, and `status` is
 * absent. A refused token is also core's `AuthenticationError`.
 *
 * @example
 * ```ts
 * import { AuthenticationError } from '@sallyport/meshguard';
 *
 * const askForToken = (error: unknown): boolean => error instanceof AuthenticationError;
 * ```
 */
export class AuthenticationError extends MeshGuardError {
  static override readonly code: string = CoreAuthenticationError.code;
  readonly status: number | undefined;
  readonly headers: TransportHeaders;
  readonly body: unknown;
  readonly problem: ProblemDetails | undefined;
  readonly retryAfterMs: number | undefined;

  static {
    branded(AuthenticationError, 'meshguard', 'AuthenticationError');
  }

  constructor(message: string, options: MeshGuardErrorOptions & Partial<HttpErrorOptions> = {}) {
    super(message, options);
    this.status = options.status;
    this.headers = options.headers ?? {};
    this.body = options.body;
    this.problem = options.problem;
    this.retryAfterMs = options.retryAfterMs;
    if (this.status !== undefined) claim(this, CoreAuthenticationError);
  }
}

/**
 * Too many requests (429). Also core's `RateLimitError`.
 *
 * @example
 * ```ts
 * import { RateLimitError } from '@sallyport/meshguard';
 *
 * const waitMs = (error: unknown) => (error instanceof RateLimitError ? error.retryAfterMs : undefined);
 * ```
 */
export class RateLimitError extends MeshGuardError {
  static override readonly code: string = CoreRateLimitError.code;
  readonly status: number;
  readonly headers: TransportHeaders;
  readonly body: unknown;
  readonly problem: ProblemDetails | undefined;
  /** Milliseconds the gateway asks to be left alone; absent when it does not say. */
  readonly retryAfterMs: number | undefined;

  static {
    branded(RateLimitError, 'meshguard', 'RateLimitError', CoreRateLimitError);
  }

  constructor(message: string, options: MeshGuardErrorOptions & HttpErrorOptions) {
    super(message, options);
    this.status = options.status;
    this.headers = options.headers ?? {};
    this.body = options.body;
    this.problem = options.problem;
    this.retryAfterMs = options.retryAfterMs;
  }
}

function denialMessage({ action, policy, rule, reason = '' }: PolicyDecision): string {
  const by = policy === undefined ? '' : ` by policy '${policy}'`;
  const under = rule === undefined ? '' : ` (rule: ${rule})`;
  return `Action '${action}' denied${by}${under}: ${reason}`;
}

/**
 * Policy refused the action. Also core's `PolicyDeniedError`.
 *
 * @example
 * ```ts
 * import { MeshGuardClient, PolicyDeniedError } from '@sallyport/meshguard';
 *
 * try {
 *   await new MeshGuardClient().enforce('delete:database');
 * } catch (error) {
 *   if (error instanceof PolicyDeniedError) process.stderr.write(`Denied: ${error.reason}\n`);
 * }
 * ```
 */
export class PolicyDeniedError extends MeshGuardError {
  static override readonly code: string = CorePolicyDeniedError.code;
  readonly action: string;
  readonly policy: string | undefined;
  readonly rule: string | undefined;
  /** Why, in the policy's words. */
  readonly reason: string;
  readonly decision: PolicyDecision;
  readonly approvalId: string | undefined;

  static {
    branded(PolicyDeniedError, 'meshguard', 'PolicyDeniedError', CorePolicyDeniedError);
  }

  constructor(decision: PolicyDecision, options: SallyportErrorOptions = {}) {
    super(denialMessage(decision), { ...options, traceId: decision.traceId });
    this.action = decision.action;
    this.policy = decision.policy;
    this.rule = decision.rule;
    this.reason = decision.reason ?? '';
    this.decision = decision;
    this.approvalId = decision.pending?.id;
  }
}

/**
 * Policy refused the action until a human approves it; then the same call succeeds once. A `PolicyDeniedError`, and also
 * core's `ApprovalRequiredError`.
 *
 * @example
 * ```ts
 * import { ApprovalRequiredError } from '@sallyport/meshguard';
 *
 * const askFor = (error: unknown) => (error instanceof ApprovalRequiredError ? error.pending.id : undefined);
 * ```
 */
export class ApprovalRequiredError extends PolicyDeniedError {
  static override readonly code: string = CoreApprovalRequiredError.code;
  readonly pending: PendingApproval;
  readonly expiresAt: string | undefined;

  static {
    branded(ApprovalRequiredError, 'meshguard', 'ApprovalRequiredError', CoreApprovalRequiredError);
  }

  constructor(decision: PolicyDecision & { readonly pending: PendingApproval }, options: SallyportErrorOptions = {}) {
    super(decision, options);
    this.pending = decision.pending;
    this.expiresAt = decision.pending.expiresAt;
  }
}

/** The error that stands for a refusal. */
export function denialError(decision: PolicyDecision, options: SallyportErrorOptions): PolicyDeniedError {
  const { gateway = 'meshguard', operation, requestId } = options;
  const where = { gateway, operation, requestId };
  const { pending } = decision;
  return pending ? new ApprovalRequiredError({ ...decision, pending }, where) : new PolicyDeniedError(decision, where);
}

/** A gateway that is asked too often says in its body, in seconds, when to come back. */
export const decodeRateLimit: ErrorDecoder = (body, context) => {
  if (context.status !== 429) return undefined;
  const error = httpError(body, context);
  const seconds = isObject(body) ? body['retry_after'] : undefined;
  const asked = typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : undefined;
  return new RateLimitError(error.message, {
    ...error,
    retryAfterMs: error.retryAfterMs ?? asked,
    traceId: traceIdOf(context),
  });
};

/** Brings errors into MeshGuard's family: under its own name where it has one, else beside core's. */
export function adoptError(error: SallyportError, traceId: string): SallyportError {
  if (error instanceof MeshGuardError) return Object.assign(error, { traceId: error.traceId ?? traceId });
  if (error instanceof CoreAuthenticationError) {
    return new AuthenticationError(error.message, { ...error, cause: error.cause, traceId });
  }
  return Object.assign(claim(error, MeshGuardError), { traceId });
}
