import { type CallPromise, type Logger, type Operation, type RequestOptions, SallyportError } from '@sallyport/core';
import { type Caller, checkedCall, createCaller } from '@sallyport/core/internal';
import { adoptError } from './errors.js';
import { callerConfig } from './settings.js';
import type { AegisClientOptions } from './types/index.js';

/** Runs something whose errors are AEGIS's as well. */
export function owned<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof SallyportError ? adoptError(error) : error;
  }
}

/** A call whose arguments are looked at first; what is wrong with them rejects its promise. */
export const checked = <T>(make: () => CallPromise<T>): CallPromise<T> => checkedCall(() => owned(make));

/** A caller whose every error is AEGIS's, and which sends no key to a server that wants none. */
export class Connection {
  readonly caller: Caller;
  readonly baseUrl: string;
  readonly sendsKeys: boolean;
  readonly logger: Logger | undefined;
  readonly #auth: string;

  /** @throws ConfigurationError when the options are impossible. */
  constructor(options: AegisClientOptions) {
    const config = owned(() => callerConfig(options));
    this.caller = owned(() => createCaller(config));
    this.baseUrl = config.baseUrl;
    this.sendsKeys = options.idempotency !== 'never';
    this.logger = config.options.logger;
    this.#auth = config.defaultAuth ?? 'none';
  }

  call<Input, Output>(
    operation: Operation<Input, Output>,
    input: Input,
    options?: RequestOptions,
  ): CallPromise<Output> {
    const auth = operation.auth === 'none' ? 'none' : this.#auth;
    return checked(() =>
      this.caller.call(auth === operation.auth ? operation : { ...operation, auth }, input, options),
    );
  }
}
