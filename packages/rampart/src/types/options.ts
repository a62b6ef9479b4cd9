import type { ClientOptions, RequestOptions } from '@sallyport/core';

/**
 * How a {@link RampartClient} is set up. Everything has a default or an environment variable.
 *
 * @example
 * ```ts
 * import { RampartClient, type RampartClientOptions } from '@sallyport/rampart';
 *
 * const options: RampartClientOptions = { url: 'http://localhost:9090', token: 'rampart_…', agent: 'my-agent' };
 * const rampart = new RampartClient(options);
 * ```
 */
export interface RampartClientOptions extends ClientOptions {
  /**
   * The gateway's address; `http:` only on loopback, unless `allowInsecure`.
   * @defaultValue `RAMPART_URL`, else `http://localhost:9090`
   */
  readonly url?: string | URL;
  /**
   * The bearer token: an agent's (`eval`), an operator's, or the admin token.
   * @defaultValue `RAMPART_TOKEN`
   */
  readonly token?: string;
  /**
   * Who asks. A per-agent token overrides it at the gateway.
   * @defaultValue `RAMPART_AGENT`, else `unknown-agent`
   */
  readonly agent?: string;
  /**
   * The session that calls belong to.
   * @defaultValue `RAMPART_SESSION`, else `unknown-session`
   */
  readonly session?: string;
  /**
   * The run that calls belong to: one task of one agent. Approvals are bound to it.
   * @defaultValue `RAMPART_RUN`, else an id made for this client
   */
  readonly runId?: string;
  /**
   * Lets the token travel unencrypted to a host that is not this machine.
   * @defaultValue `false`
   */
  readonly allowInsecure?: boolean;
  /**
   * Bytes a response body may have when it is read whole. Larger ones end in `ResponseTooLargeError`; streams
   * (`audit.export`, `events`) have no such cap.
   * @defaultValue 1 MiB for decisions, previews and `health`, as Rampart's own SDK has it (7 MiB where an output comes back
   * scanned); 16 MiB for the rest
   */
  readonly maxResponseBytes?: number;
}

/**
 * Who a call is made for; each overrides the client's own.
 *
 * @example
 * ```ts
 * import type { CallIdentity } from '@sallyport/rampart';
 *
 * const identity: CallIdentity = { agent: 'langchain', session: 's1' };
 * ```
 */
export interface CallIdentity {
  readonly agent?: string;
  readonly session?: string;
  readonly runId?: string;
  /**
   * The host's own id of this call, stable across retries. An approved call is redeemed by repeating it with the same one.
   * @defaultValue a new id for each call
   */
  readonly toolCallId?: string;
}

/**
 * What a tool call may carry beside its params, and how it is sent.
 *
 * @example
 * ```ts
 * import type { EvaluateOptions } from '@sallyport/rampart';
 *
 * const options: EvaluateOptions = { session: 's1', workdir: '/srv/app', preferWaitMs: 30_000 };
 * ```
 */
export interface EvaluateOptions extends CallIdentity, RequestOptions {
  /** Structured arguments, as MCP tools have them; policies look at these before `params`. */
  readonly input?: Readonly<Record<string, unknown>>;
  readonly command?: string;
  readonly path?: string;
  readonly url?: string;
  readonly workdir?: string;
  readonly cwd?: string;
  /** The tool's output, to be scanned. It comes back in `response`, redacted where a rule says so. At most 1 MiB. */
  readonly response?: string;
  /** A host that shows approvals to its own user; honoured for the admin token. */
  readonly approvalOwner?: ApprovalOwner;
  /**
   * Milliseconds, rounded up to seconds, for which a server that can may hold the answer while a human decides.
   * `timeoutMs` is extended by as much.
   * @defaultValue not held: a call that needs approval is answered at once
   */
  readonly preferWaitMs?: number;
}

/**
 * How a preview is asked for.
 *
 * @example
 * ```ts
 * import type { PreflightOptions } from '@sallyport/rampart';
 *
 * const options: PreflightOptions = { verification: true };
 * ```
 */
export interface PreflightOptions extends Omit<EvaluateOptions, 'response' | 'preferWaitMs'> {
  /**
   * True makes it a real execution boundary: the call is counted, and `once` rules are consumed.
   * @defaultValue `false`
   */
  readonly enforce?: boolean;
  /**
   * True leaves no audit event; needs the admin token.
   * @defaultValue `false`
   */
  readonly verification?: boolean;
}

/**
 * A host that owns the approvals of its calls.
 *
 * @example
 * ```ts
 * import type { ApprovalOwner } from '@sallyport/rampart';
 *
 * const owner: ApprovalOwner = { host: 'my-ide', mode: 'hosted', supportsExactResume: true };
 * ```
 */
export interface ApprovalOwner {
  readonly host?: string;
  /** `hosted`: the host asks its own user, and the gateway keeps no pending approval. */
  readonly mode?: string;
  readonly surface?: string;
  readonly supportsExactResume?: boolean;
  readonly supportsAllowAlways?: boolean;
  readonly supportsResultCallback?: boolean;
}
