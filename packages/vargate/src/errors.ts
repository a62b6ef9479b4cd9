import {
  PolicyDeniedError as CorePolicyDeniedError,
  RateLimitError as CoreRateLimitError,
  type ErrorDecoder,
  type HttpErrorOptions,
  type ProblemDetails,
  SallyportError,
  type SallyportErrorOptions,
  ServerError,
  type TransportHeaders,
} from '@sallyport/core';
import { branded, claim, httpError } from '@sallyport/core/internal';
import type { DeniedCall } from './types/index.js';
import { rateLimitBody } from './wire/errors.js';

/**
 * The family of every error that a Vargate client throws. What has no name of its own here (a timeout, a refused key, an
 * answer that cannot be read, a proof that does not hold) has its own class, and is of the family all the same.
 *
 * @example
 * ```ts
 * import { VargateError } from '@sallyport/vargate';
 *
 * const isVargates = (error: unknown): boolean => error instanceof VargateError;
 * ```
 */
export class VargateError extends SallyportError {
  static override readonly code: string = 'vargate';

  static {
    branded(VargateError, 'vargate', 'VargateError');
  }
}

/**
 * Policy refused the call. Also core's `PolicyDeniedError`.
 *
 * @example
 * ```ts
 * import { PolicyDeniedError, VargateClient } from '@sallyport/vargate';
 *
 * try {
 *   await new VargateClient().governedToolCall('stripe', 'create_transfer', { amount: 50_000, destination: 'acct_xyz' });
 * } catch (error) {
 *   if (error instanceof PolicyDeniedError) process.stderr.write(`Denied: ${error.violations.join(', ')}\n`);
 *   else throw error;
 * }
 * ```
 */
export class PolicyDeniedError extends VargateError {
  static override readonly code: string = CorePolicyDeniedError.code;
  readonly actionId: string;
  /** The rules that were broken. */
  readonly violations: readonly string[];
  readonly severity: string;
  readonly alertTier: string;
  /** The violations as one text. */
  readonly reason: string;
  readonly decision: DeniedCall;
  readonly approvalId: string | undefined = undefined;

  static {
    branded(PolicyDeniedError, 'vargate', 'PolicyDeniedError', CorePolicyDeniedError);
  }

  constructor(decision: DeniedCall, options: SallyportErrorOptions = {}) {
    const { tool, method, violations } = decision;
    super(`Action denied: ${tool}/${method} violates ${violations.join(', ') || 'policy'}.`, options);
    this.actionId = decision.actionId;
    this.violations = violations;
    this.severity = decision.severity;
    this.alertTier = decision.alertTier;
    this.reason = violations.join(', ');
    this.decision = decision;
  }
}

/** What errors with a status of their own are built from. */
interface StatusFields {
  readonly status: number;
  readonly headers: TransportHeaders;
  readonly body: unknown;
  readonly problem: ProblemDetails | undefined;
  readonly retryAfterMs: number | undefined;
}

const statusFields = (options: HttpErrorOptions): StatusFields => ({
  status: options.status,
  headers: options.headers ?? {},
  body: options.body,
  problem: options.problem,
  retryAfterMs: options.retryAfterMs,
});

/**
 * Too many calls (429). A call that is refused so was not decided on, and leaves no record. Also core's `RateLimitError`.
 *
 * @example
 * ```ts
 * import { RateLimitError } from '@sallyport/vargate';
 *
 * const waitMs = (error: unknown) => (error instanceof RateLimitError ? (error.retryAfterMs ?? 1_000) : undefined);
 * ```
 */
export class RateLimitError extends VargateError implements StatusFields {
  static override readonly code: string = CoreRateLimitError.code;
  declare readonly status: number;
  declare readonly headers: TransportHeaders;
  declare readonly body: unknown;
  declare readonly problem: ProblemDetails | undefined;
  /** Milliseconds the gateway asks to be left alone; absent when it does not say. */
  declare readonly retryAfterMs: number | undefined;
  /** The tenant's calls per second; absent for limits of another kind, such as sessions in a day. */
  readonly rateLimitRps: number | undefined;
  /** Calls that may be made within one second. */
  readonly rateLimitBurst: number | undefined;

  static {
    branded(RateLimitError, 'vargate', 'RateLimitError', CoreRateLimitError);
  }

  constructor(
    message: string,
    options: HttpErrorOptions & {
      readonly rateLimitRps?: number | undefined;
      readonly rateLimitBurst?: number | undefined;
    },
  ) {
    super(message, options);
    Object.assign(this, statusFields(options));
    this.rateLimitRps = options.rateLimitRps;
    this.rateLimitBurst = options.rateLimitBurst;
  }
}

/**
 * The gateway's policy engine cannot be reached (502), and the tenant's failure mode refuses to go on without it: nothing
 * was decided. Also core's `ServerError`.
 *
 * @example
 * ```ts
 * import { PolicyEngineUnavailableError } from '@sallyport/vargate';
 *
 * const isOutage = (error: unknown): boolean => error instanceof PolicyEngineUnavailableError;
 * ```
 */
export class PolicyEngineUnavailableError extends VargateError implements StatusFields {
  static override readonly code: string = ServerError.code;
  declare readonly status: number;
  declare readonly headers: TransportHeaders;
  declare readonly body: unknown;
  declare readonly problem: ProblemDetails | undefined;
  declare readonly retryAfterMs: number | undefined;

  static {
    branded(PolicyEngineUnavailableError, 'vargate', 'PolicyEngineUnavailableError', ServerError);
  }

  constructor(message: string, options: HttpErrorOptions) {
    super(message, options);
    Object.assign(this, statusFields(options));
  }
}

/** The limits are told in the body, under `detail` or bare. */
export const decodeRateLimit: ErrorDecoder = (body, context) => {
  if (context.status !== 429) return undefined;
  const error = httpError(body, context);
  const { success, data } = rateLimitBody.safeParse(body);
  return new RateLimitError(error.message, { ...error, ...(success && data) });
};

/** Something on the way may answer 502 as well: the gateway says what it could not reach. */
export const decodeEngineDown: ErrorDecoder = (body, context) => {
  const says = typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string';
  if (context.status !== 502 || !says) return undefined;
  const error = httpError(body, context);
  return new PolicyEngineUnavailableError(error.message, { ...error });
};

/** Makes an error one of the family, under its own name where it has one. */
export function adoptError(error: SallyportError): SallyportError {
  return error instanceof VargateError ? error : claim(error, VargateError);
}
