import {
  type CallPromise,
  type OpenOptions,
  type OpenResponse,
  type Operation,
  type RequestOptions,
  SallyportError,
  systemRuntime,
} from '@sallyport/core';
import { type Caller, checkedCall, createCaller } from '@sallyport/core/internal';
import { AuthenticationError, adoptError } from './errors.js';
import { readSettings, type Settings } from './settings.js';
import type { MeshGuardClientOptions } from './types/index.js';

const MISSING: Readonly<Record<string, string>> = {
  agent: 'An agent token is required for this operation. Give it as "agentToken" or set MESHGUARD_AGENT_TOKEN.',
  admin: 'Admin token required for this operation. Give it as "adminToken" or set MESHGUARD_ADMIN_TOKEN.',
  operator: 'A token is required for this operation. Give it as "adminToken" or set MESHGUARD_ADMIN_TOKEN.',
};

/** A caller whose every error is MeshGuard's, and which misses a token before it sends anything. */
export class Connection {
  readonly caller: Caller;
  readonly traceId: string;
  readonly settings: Settings;

  /** @throws ConfigurationError when the options are impossible. */
  constructor(options: MeshGuardClientOptions) {
    const { traceId, runtime = systemRuntime } = options ?? {};
    this.traceId = traceId ?? String(runtime.id?.());
    this.settings = this.owned(() => readSettings(options, this.traceId));
    this.caller = this.owned(() => createCaller(this.settings.config));
  }

  call<Input, Output>(
    operation: Operation<Input, Output>,
    input: Input,
    options?: RequestOptions,
  ): CallPromise<Output> {
    return this.checked(() => {
      this.#require(operation.auth);
      return this.caller.call(operation, input, options);
    });
  }

  async open(operation: Operation<void, unknown>, options?: OpenOptions): Promise<OpenResponse> {
    this.#require(operation.auth);
    return this.caller.open(operation, undefined, options);
  }

  /** A call whose arguments are looked at first; what is wrong with them rejects its promise. */
  checked<T>(make: () => CallPromise<T>): CallPromise<T> {
    return checkedCall(() => this.owned(make));
  }

  /** Runs something whose errors are MeshGuard's as well. */
  owned<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw error instanceof SallyportError ? adoptError(error, this.traceId) : error;
    }
  }

  #require(auth: string): void {
    const { credentials } = this.settings.config;
    if (auth === 'none' || credentials[auth]) return;
    throw new AuthenticationError(MISSING[auth] ?? '', { gateway: 'meshguard', traceId: this.traceId });
  }
}
