/**
 * What an agent is about to do, before any gateway's vocabulary.
 *
 * @example
 * ```ts
 * import type { ProposedAction } from '@sallyport/core';
 *
 * const action: ProposedAction = { tool: 'exec', input: { command: 'git status' } };
 * ```
 */
export interface ProposedAction {
  /** The tool: `exec`, `stripe`, `database`, `contacts`. */
  readonly tool: string;
  /** What is done with it, where a tool does more than one thing: `create_transfer`, `query`, `read`. */
  readonly operation?: string;
  /** The arguments, as plain JSON. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What is acted on, where that is not an argument. */
  readonly resource?: string;
  readonly agent?: string;
  readonly session?: string;
  /** The run (one task of one agent). Made when absent, so that a pending call can be redeemed. */
  readonly runId?: string;
  /** The host's own id of this call, stable across retries. Made when absent. */
  readonly callId?: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * What every action of one governor has in common.
 *
 * @example
 * ```ts
 * import type { ActionDefaults } from '@sallyport/core';
 *
 * const defaults: ActionDefaults = { agent: 'my-agent', session: 's1' };
 * ```
 */
export type ActionDefaults = Pick<ProposedAction, 'agent' | 'session' | 'runId'>;

/**
 * Options of one call through a governor.
 *
 * @example
 * ```ts
 * import type { CallOptions } from '@sallyport/core';
 *
 * const options: CallOptions = { timeoutMs: 2_000, deadlineMs: 5_000 };
 * ```
 */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for one attempt, headers and body. */
  readonly timeoutMs?: number;
  /** Milliseconds for the whole call, retries included. */
  readonly deadlineMs?: number;
}

/**
 * Options of waiting for a human.
 *
 * @example
 * ```ts
 * import type { WaitOptions } from '@sallyport/core';
 *
 * const options: WaitOptions = { maxWaitMs: 120_000 };
 * ```
 */
export interface WaitOptions extends CallOptions {
  /** Milliseconds to wait at most; the approval's own expiry ends the wait as well. */
  readonly maxWaitMs?: number;
}

interface DecisionBase {
  /** The governor that answered: `rampart`, `aegis`, … */
  readonly governor: string;
  /** The action that was decided on, ids filled in. `govern()` runs exactly this input. */
  readonly action: ProposedAction;
  /** The gateway's id of the decision, where it gives one. */
  readonly decisionId?: string;
  /** Why, in the gateway's words. May be empty. */
  readonly reason: string;
  /** The gateway's own decision object. */
  readonly native: unknown;
}

/**
 * The action may run.
 *
 * @example
 * ```ts
 * import type { AllowDecision } from '@sallyport/core';
 *
 * const carriedOut = (decision: AllowDecision): boolean => decision.execution !== undefined;
 * ```
 */
export interface AllowDecision extends DecisionBase {
  readonly outcome: 'allow';
  /** Present when the gateway carried out the call itself: its result is used, and nothing runs a second time. */
  readonly execution?: { readonly by: 'gateway'; readonly result: unknown };
  /** Present when the gateway could not be asked and the user chose to fail open. */
  readonly failedOpen?: { readonly code: string; readonly message: string };
}

/**
 * The action must not run.
 *
 * @example
 * ```ts
 * import type { DenyDecision } from '@sallyport/core';
 *
 * const explain = ({ reason, suggestions = [] }: DenyDecision): string => [reason, ...suggestions].join('\n');
 * ```
 */
export interface DenyDecision extends DecisionBase {
  readonly outcome: 'deny';
  /** Why it is a refusal: the policy said no, a human did, nobody answered in time, or the request was withdrawn. */
  readonly cause: 'policy' | 'rejected' | 'expired' | 'cancelled';
  /** The approval that was refused, or that nobody answered in time. */
  readonly approvalId?: string;
  /** What the caller could do instead, where the gateway says. */
  readonly suggestions?: readonly string[];
}

/**
 * A human must decide. Plain JSON: it may be stored, sent through a graph's state or over MCP, and settled elsewhere.
 *
 * @example
 * ```ts
 * import type { PendingDecision } from '@sallyport/core';
 *
 * const store = (decision: PendingDecision): string => JSON.stringify(decision);
 * ```
 */
export interface PendingDecision extends DecisionBase {
  readonly outcome: 'pending';
  readonly approvalId: string;
  /** RFC 3339; absent where the gateway does not say. */
  readonly expiresAt?: string;
}

/**
 * What a governor says to an action; tell them apart by `outcome`.
 *
 * @example
 * ```ts
 * import type { GovernorDecision } from '@sallyport/core';
 *
 * const mayRun = (decision: GovernorDecision): boolean => decision.outcome === 'allow';
 * ```
 */
export type GovernorDecision = AllowDecision | DenyDecision | PendingDecision;

/**
 * What became of a run that was allowed.
 *
 * @example
 * ```ts
 * import type { Outcome } from '@sallyport/core';
 *
 * const outcome: Outcome = { status: 'ok', output: 'done', durationMs: 12 };
 * ```
 */
export interface Outcome {
  readonly status: 'ok' | 'error';
  /** What the tool returned; strings are scanned as they are, bytes as UTF-8, the rest as JSON. */
  readonly output?: unknown;
  readonly error?: string;
  readonly durationMs?: number;
  readonly exitCode?: number;
}

/**
 * What the gateway made of an outcome.
 *
 * @example
 * ```ts
 * import type { Reported } from '@sallyport/core';
 *
 * const shown = (reported: Reported): unknown => (reported.redacted ? reported.output : 'unchanged');
 * ```
 */
export interface Reported {
  /** The output the caller may see: redacted where the gateway said so. */
  readonly output?: unknown;
  readonly redacted: boolean;
  readonly reason?: string;
  readonly reportId?: string;
}

/**
 * The one port that every wrapper is written against, and every gateway client implements.
 *
 * @example
 * ```ts
 * import { type Governor, prepareAction } from '@sallyport/core';
 *
 * const never: Governor = {
 *   name: 'never',
 *   async decide(action) {
 *     const prepared = prepareAction(action);
 *     return { outcome: 'deny', cause: 'policy', governor: 'never', action: prepared, reason: 'never', native: null };
 *   },
 *   settle: (pending) => never.decide(pending.action),
 * };
 * ```
 */
export interface Governor {
  readonly name: string;
  /** Who acts, unless the action says so itself. */
  readonly defaults?: ActionDefaults;
  /** Asks. Never throws because the answer is no; throws when there is no trustworthy answer. */
  decide(action: ProposedAction, options?: CallOptions): Promise<GovernorDecision>;
  /** Waits for the human and redeems the approval. A wait that ends without an answer is a refusal (`expired`). */
  settle(decision: PendingDecision, options?: WaitOptions): Promise<GovernorDecision>;
  /** Reports what happened after an allowed run. */
  report?(decision: AllowDecision, outcome: Outcome, options?: CallOptions): Promise<Reported>;
}
