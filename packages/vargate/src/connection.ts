import { type CallPromise, type Operation, type RequestOptions, SallyportError } from '@sallyport/core';
import { type Caller, checkedCall, createCaller } from '@sallyport/core/internal';
import { VerificationError } from '@sallyport/verify';
import { adoptError } from './errors.js';
import { type Agent, callerConfig, resolveAgent } from './settings.js';
import type { VargateClientOptions } from './types/index.js';

/** Announced by servers that wake whoever waits for an approval, with the credential that asked for it. */
export const APPROVAL_WAIT = 'approval-wait';

/** What was thrown, made one of the family. */
export function adopted(thrown: unknown): unknown {
  const isOurs = thrown instanceof SallyportError && (thrown.gateway ?? 'vargate') === 'vargate';
  return isOurs || thrown instanceof VerificationError ? adoptError(thrown) : thrown;
}

/** Rejects with what was thrown, made one of the family. */
export function rejectAdopted(thrown: unknown): never {
  throw adopted(thrown);
}

/** Runs something whose errors are Vargate's as well. */
export function owned<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw adopted(error);
  }
}

/** A call whose arguments are looked at first; what is wrong with them rejects its promise. */
export const checked = <T>(make: () => CallPromise<T>): CallPromise<T> => checkedCall(() => owned(make));

/** A caller whose every error is Vargate's, and the agent it calls for. */
export class Connection {
  readonly caller: Caller;
  readonly baseUrl: string;
  readonly agent: Agent;
  readonly timeoutMs: number;

  /** @throws ConfigurationError when the options are impossible. */
  constructor(options: VargateClientOptions) {
    const config = owned(() => callerConfig(options));
    this.baseUrl = config.baseUrl;
    this.agent = owned(() => resolveAgent(options.agent));
    this.caller = owned(() => createCaller(config));
    this.timeoutMs = options.timeoutMs ?? 30_000;
  }

  call<Input, Output>(
    operation: Operation<Input, Output>,
    input: Input,
    options?: RequestOptions,
  ): CallPromise<Output> {
    return checked(() => this.caller.call(operation, input, options));
  }
}
