/**
 * What kind of actor proposes.
 *
 * @example
 * ```ts
 * import type { ActorType } from '@sallyport/aegis';
 *
 * const type: ActorType = 'ai-agent';
 * ```
 */
export type ActorType = 'ai-agent' | 'ai-copilot' | 'automation' | 'human';

/**
 * Who proposes.
 *
 * @example
 * ```ts
 * import type { Actor } from '@sallyport/aegis';
 *
 * const actor: Actor = { id: 'agent-001', type: 'ai-agent' };
 * ```
 */
export interface Actor {
  /** At most 256 of `A-Z a-z 0-9 . _ -`. */
  readonly id: string;
  readonly type: ActorType;
}

/**
 * What is proposed.
 *
 * @example
 * ```ts
 * import type { ProposedOperation } from '@sallyport/aegis';
 *
 * const action: ProposedOperation = {
 *   capability: 'database.query',
 *   parameters: { query: 'SELECT * FROM users LIMIT 10', database: 'production' },
 * };
 * ```
 */
export interface ProposedOperation {
  /** `domain.operation`, lower case. */
  readonly capability: string;
  /** Plain JSON, 1 MiB at most. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What is acted on, at most 1024 characters. */
  readonly resource?: string;
}

/**
 * What a proposal is made in; policies can look at all of it.
 *
 * @example
 * ```ts
 * import type { ProposalContext } from '@sallyport/aegis';
 *
 * const context: ProposalContext = { sessionId: 'sess_abc123', metadata: { source: 'customer-support-bot' } };
 * ```
 */
export interface ProposalContext {
  /** At most 256 characters; `session_id`, as the wire spells it, is taken as well. */
  readonly sessionId?: string;
  readonly session_id?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [extension: string]: unknown;
}

/**
 * A proposal: who wants to do what, in which context.
 *
 * @example
 * ```ts
 * import type { Proposal } from '@sallyport/aegis';
 *
 * const proposal: Proposal = {
 *   actor: { id: 'agent-001', type: 'ai-agent' },
 *   action: { capability: 'database.query', parameters: { query: 'SELECT 1' } },
 * };
 * ```
 */
export interface Proposal {
  readonly actor: Actor;
  readonly action: ProposedOperation;
  readonly context?: ProposalContext;
  /**
   * Names this proposal once and for all: a gateway refuses a second one of the same id.
   * @defaultValue a new id, the same on each attempt
   */
  readonly requestId?: string;
  /** Correlates proposals. */
  readonly traceId?: string;
}

/**
 * What an operation may be asked to decide: exactly one of the four. Only `ALLOW` lets it run.
 *
 * @example
 * ```ts
 * import type { Outcome } from '@sallyport/aegis';
 *
 * const mayRun = (outcome: Outcome): boolean => outcome === 'ALLOW';
 * ```
 */
export type Outcome = 'ALLOW' | 'DENY' | 'ESCALATE' | 'REQUIRE_CONFIRMATION';
