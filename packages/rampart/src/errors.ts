import {
  ApprovalRequiredError,
  type CallPromise,
  ConnectionError,
  type HttpErrorOptions,
  PolicyDeniedError,
  type ProblemDetails,
  SallyportError,
  type SallyportErrorOptions,
  ServerError,
  type TransportHeaders,
} from '@sallyport/core';
import { branded, checkedCall, claim } from '@sallyport/core/internal';
import type { PreflightDecision, ToolDecision } from './types/index.js';

/**
 * The family of every error that a `RampartClient` throws. What has no Rampart name (a timeout, a refused token, an answer
 * that cannot be read) has core's class, and is of the family all the same.
 *
 * @example
 * ```ts
 * import { RampartError } from '@sallyport/rampart';
 *
 * const isRamparts = (error: unknown): boolean => error instanceof RampartError;
 * ```
 */
export class RampartError extends SallyportError {
  static override readonly code: string = 'rampart';

  static {
    branded(RampartError, 'rampart', 'RampartError');
  }
}

/**
 * The gateway could not be reached, or the connection broke. Also a core `ConnectionError`.
 *
 * @example
 * ```ts
 * import { RampartConnectionError } from '@sallyport/rampart';
 *
 * const isDown = (error: unknown): boolean => error instanceof RampartConnectionError;
 * ```
 */
export class RampartConnectionError extends RampartError {
  static override readonly code: string = ConnectionError.code;
  /** False when no byte of the request left, so that the gateway cannot have acted on it. */
  readonly sent: boolean;
  /** The status of the answer that broke off; absent when none had come. */
  readonly status: number | undefined;

  static {
    branded(RampartConnectionError, 'rampart', 'RampartConnectionError', ConnectionError);
  }

  constructor(
    message: string,
    options: SallyportErrorOptions & { readonly sent: boolean; readonly status?: number | undefined },
  ) {
    super(message, options);
    this.sent = options.sent;
    this.status = options.status;
  }
}

/**
 * The gateway answered with a 5xx status: it failed, or refuses because it cannot record. Also a core `ServerError`.
 *
 * @example
 * ```ts
 * import { RampartServerError } from '@sallyport/rampart';
 *
 * const statusOf = (error: unknown) => (error instanceof RampartServerError ? error.status : undefined);
 * ```
 */
export class RampartServerError extends RampartError {
  static override readonly code: string = ServerError.code;
  readonly status: number;
  readonly headers: TransportHeaders;
  readonly body: unknown;
  readonly problem: ProblemDetails | undefined;
  readonly retryAfterMs: number | undefined;

  static {
    branded(RampartServerError, 'rampart', 'RampartServerError', ServerError);
  }

  constructor(message: string, options: HttpErrorOptions) {
    super(message, options);
    this.status = options.status;
    this.headers = options.headers ?? {};
    this.body = options.body;
    this.problem = options.problem;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A refusal as `enforce` throws it. */
type Refusal = ToolDecision | PreflightDecision;

const policyOf = (decision: Refusal): string | undefined =>
  'matchedPolicies' in decision ? decision.matchedPolicies[0] : decision.policy;

/**
 * Policy refused the call: `enforce`, `govern` and `guard` of the client throw it. Also a core `PolicyDeniedError`.
 *
 * @example
 * ```ts
 * import { RampartClient, RampartDeniedError } from '@sallyport/rampart';
 *
 * try {
 *   await new RampartClient().enforce('exec', { command: 'rm -rf /' });
 * } catch (error) {
 *   if (error instanceof RampartDeniedError) process.stderr.write(`${error.policy}: ${error.reason}\n`);
 * }
 * ```
 */
export class RampartDeniedError extends RampartError {
  static override readonly code: string = PolicyDeniedError.code;
  readonly tool: string;
  /** The first policy that fired; absent when none did. */
  readonly policy: string | undefined;
  /** Why, in the policy's words. */
  readonly reason: string;
  /** The gateway's own answer. */
  readonly decision: Refusal;
  readonly approvalId: string | undefined = undefined;

  static {
    branded(RampartDeniedError, 'rampart', 'RampartDeniedError', PolicyDeniedError);
  }

  constructor(decision: Refusal, options: SallyportErrorOptions = {}) {
    const policy = policyOf(decision);
    super(`Tool '${decision.tool}' denied by policy '${policy ?? 'default'}': ${decision.message}`, options);
    this.tool = decision.tool;
    this.policy = policy;
    this.reason = decision.message;
    this.decision = decision;
  }
}

/**
 * A human has to agree first. Also a core `ApprovalRequiredError`.
 *
 * @example
 * ```ts
 * import { RampartApprovalRequiredError } from '@sallyport/rampart';
 *
 * const needsHuman = (error: unknown): boolean => error instanceof RampartApprovalRequiredError;
 * ```
 */
export class RampartApprovalRequiredError extends RampartError {
  static override readonly code: string = ApprovalRequiredError.code;
  readonly tool: string;
  readonly reason: string;
  readonly decision: Refusal;
  /** Absent for a preview, which opens no approval. */
  readonly approvalId: string | undefined;
  readonly expiresAt: string | undefined;

  static {
    branded(RampartApprovalRequiredError, 'rampart', 'RampartApprovalRequiredError', ApprovalRequiredError);
  }

  constructor(decision: Refusal, options: SallyportErrorOptions = {}) {
    super(`Tool '${decision.tool}' needs approval: ${decision.message}`, options);
    this.tool = decision.tool;
    this.reason = decision.message;
    this.decision = decision;
    this.approvalId = 'approvalId' in decision ? decision.approvalId : undefined;
    this.expiresAt = 'expiresAt' in decision ? decision.expiresAt : undefined;
  }
}

const isToolDecision = (value: unknown): value is ToolDecision =>
  typeof value === 'object' &&
  value !== null &&
  ['tool', 'decision', 'message'].every((field) => typeof Reflect.get(value, field) === 'string');

/** The gateway's own answer behind a refusal that came through the governor. */
function nativeOf({ decision }: PolicyDeniedError): ToolDecision | undefined {
  const native: unknown = Reflect.get(Object(decision), 'native');
  return isToolDecision(native) ? native : undefined;
}

/** Makes an error one of the family, under its Rampart name where it has one. */
export function adoptError(error: SallyportError): SallyportError {
  if (error instanceof RampartError) return error;
  const refused = error instanceof PolicyDeniedError ? nativeOf(error) : undefined;
  if (refused !== undefined) return new RampartDeniedError(refused, { ...error, cause: error.cause });
  if (error instanceof ConnectionError)
    return new RampartConnectionError(error.message, { ...error, cause: error.cause });
  if (error instanceof ServerError) return new RampartServerError(error.message, { ...error, cause: error.cause });
  return claim(error, RampartError);
}

/** What was thrown, made one of the family; another gateway's errors, and those that are not ours, stay as they are. */
function adopted(thrown: unknown): unknown {
  const isOurs = thrown instanceof SallyportError && (thrown.gateway ?? 'rampart') === 'rampart';
  return isOurs ? adoptError(thrown) : thrown;
}

/** Rejects with what was thrown, made one of the family. */
export function rejectAdopted(thrown: unknown): never {
  throw adopted(thrown);
}

/** Does what may throw around the calls of a client. */
export function adopting<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw adopted(error);
  }
}

/** A call whose arguments are looked at first. */
export const checked = <T>(make: () => CallPromise<T>): CallPromise<T> => checkedCall(() => adopting(make));
