import { redactText } from '../redact.js';
import { branded } from './brand.js';

/**
 * What every error of the tree may be told at construction.
 *
 * @example
 * ```ts
 * import { SallyportError, type SallyportErrorOptions } from '@sallyport/core';
 *
 * const options: SallyportErrorOptions = { code: 'my_tool', operation: 'rampart.exec' };
 * const error = new SallyportError('The tool is missing.', options);
 * ```
 */
export interface SallyportErrorOptions {
  /** Replaces the class's own code; stable, lower-case words joined by underscores. */
  readonly code?: string;
  readonly cause?: unknown;
  /** The gateway that was asked: `rampart`, `aegis`, … */
  readonly gateway?: string | undefined;
  /** The operation under way: `rampart.exec`. */
  readonly operation?: string | undefined;
  /** The server's id of the request. */
  readonly requestId?: string | undefined;
}

type Inspect = (value: unknown, options?: object) => string;

/** The fields that are safe to show: texts (redacted), numbers and booleans. Objects may hold anything, so none is shown. */
function plainFields(error: SallyportError): Record<string, unknown> {
  const shown: Record<string, unknown> & { cause?: unknown } = {};
  for (const [key, value] of Object.entries(error)) {
    if (typeof value === 'string') shown[key] = redactText(value);
    else if (typeof value === 'number' || typeof value === 'boolean') shown[key] = value;
  }
  if (error.cause instanceof Error) {
    const { name, message } = error.cause;
    const code: unknown = Reflect.get(error.cause, 'code');
    shown.cause = { name, message: redactText(message), ...(typeof code === 'string' && { code }) };
  }
  return shown;
}

function inspectSafely(this: SallyportError, _depth: number, options: object, inspect: Inspect): string {
  return `${redactText(this.stack ?? `${this.name}: ${this.message}`)} ${inspect(plainFields(this), options)}`;
}

/**
 * The root of every error Sallyport throws. Test with `instanceof`, or with {@link SallyportError.code} across processes.
 *
 * Own fields are plain data, so that an error survives a worker thread. Neither the message nor `toJSON` nor `inspect`
 * shows a credential: texts are redacted, and fields that are objects (a response body, a decision) are left out.
 *
 * @example
 * ```ts
 * import { SallyportError } from '@sallyport/core';
 *
 * function describe(error: unknown): string {
 *   return error instanceof SallyportError ? `${error.code} in ${error.operation ?? 'set-up'}` : 'not ours';
 * }
 * ```
 */
export class SallyportError extends Error {
  /** The code of instances that are given no other. */
  static readonly code: string = 'sallyport';

  /** Stable and documented: branch on this when `instanceof` cannot be used. */
  readonly code: string;
  readonly gateway: string | undefined;
  readonly operation: string | undefined;
  readonly requestId: string | undefined;

  static {
    branded(SallyportError, 'core', 'SallyportError');
    Object.defineProperty(SallyportError.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: inspectSafely });
  }

  constructor(message: string, options: SallyportErrorOptions = {}) {
    super(redactText(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code ?? new.target.code;
    this.gateway = options.gateway;
    this.operation = options.operation;
    this.requestId = options.requestId;
  }

  /** Name, message, code and the plain fields: safe to log. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, ...plainFields(this) };
  }
}

/** Fills in what the thrower could not know: which gateway, which operation, which request. */
export function inContext<E extends SallyportError>(
  error: E,
  { gateway, operation, requestId }: Pick<SallyportErrorOptions, 'gateway' | 'operation' | 'requestId'>,
): E {
  return Object.assign(error, {
    gateway: error.gateway ?? gateway,
    operation: error.operation ?? operation,
    requestId: error.requestId ?? requestId,
  });
}
