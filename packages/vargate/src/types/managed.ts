/**
 * A managed agent to be set up. Bounds are the gateway's; what breaks one is refused before it is sent.
 *
 * @example
 * ```ts
 * import type { ManagedAgentParams } from '@sallyport/vargate';
 *
 * const params: ManagedAgentParams = {
 *   name: 'Research Assistant',
 *   allowedTools: ['vargate_web_search', 'vargate_send_email'],
 *   requireHumanApproval: ['vargate_send_email'],
 *   maxSessionHours: 2,
 * };
 * ```
 */
export interface ManagedAgentParams {
  /** 1 to 256 characters. */
  readonly name: string;
  /** @defaultValue `claude-sonnet-4-6`, at the gateway */
  readonly anthropicModel?: string;
  readonly systemPrompt?: string;
  /** Names of governed tools; all of them when absent or empty. */
  readonly allowedTools?: readonly string[];
  /** Names of tools, `*` standing for anything, whose calls wait for a human. */
  readonly requireHumanApproval?: readonly string[];
  /** 0.1 to 24. */
  readonly maxSessionHours?: number;
  /** 1 to 1000. */
  readonly maxDailySessions?: number;
  /**
   * Levels of sub-agents, 1 to 5.
   * @defaultValue `1`, at the gateway
   */
  readonly maxDelegationDepth?: number;
  /** Anything to be kept with the agent: `{ risk_level: 'standard', pii_detection: true }`. Sent as it is. */
  readonly governanceProfile?: Readonly<Record<string, unknown>>;
  /** The agent that this one is a sub-agent of; absent for a root agent. */
  readonly parentAgentId?: string;
}

/**
 * A managed agent.
 *
 * @example
 * ```ts
 * import type { ManagedAgent } from '@sallyport/vargate';
 *
 * const line = ({ id, name }: ManagedAgent): string => `${id}: ${name}`;
 * ```
 */
export interface ManagedAgent {
  readonly id: string;
  readonly name: string;
  readonly anthropicModel?: string;
  /** Empty when all tools are allowed. */
  readonly allowedTools: readonly string[];
  readonly requireHumanApproval?: readonly string[];
  readonly systemPrompt?: string;
  readonly governanceProfile?: Readonly<Record<string, unknown>>;
  readonly maxSessionHours?: number;
  readonly maxDailySessions?: number;
  readonly maxDelegationDepth?: number;
  readonly parentAgentId?: string;
  readonly tenantId?: string;
  readonly createdAt?: string;
}

/**
 * A session to be started.
 *
 * @example
 * ```ts
 * import type { SessionParams } from '@sallyport/vargate';
 *
 * const params: SessionParams = { agentId: 'agent-a1b2c3d4e5f6', userMessage: 'Research AI governance trends.' };
 * ```
 */
export interface SessionParams {
  readonly agentId: string;
  readonly userMessage?: string;
  readonly environmentId?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * A session that was started.
 *
 * @example
 * ```ts
 * import type { CreatedSession } from '@sallyport/vargate';
 *
 * const line = ({ sessionId, systemPromptHash }: CreatedSession): string => `${sessionId} under ${systemPromptHash}`;
 * ```
 */
export interface CreatedSession {
  readonly sessionId: string;
  readonly anthropicSessionId?: string;
  readonly tenantId?: string;
  readonly agentId: string;
  readonly status: string;
  /** SHA-256 of the system prompt that the agent really got: `sha256:` and 64 hex digits. */
  readonly systemPromptHash?: string;
  readonly governance?: string;
  readonly mcpServerUrl?: string;
  readonly createdAt?: string;
}

/**
 * How a session stands.
 *
 * @example
 * ```ts
 * import type { SessionStatus } from '@sallyport/vargate';
 *
 * const line = (s: SessionStatus): string => `Governed: ${s.totalGovernedCalls} | Observed: ${s.totalObservedCalls}`;
 * ```
 */
export interface SessionStatus {
  readonly sessionId: string;
  /** `active`, `completed`, `interrupted` or `failed`; an open list. */
  readonly status: string;
  readonly totalGovernedCalls: number;
  readonly totalObservedCalls: number;
  readonly totalDenied: number;
  readonly totalPending: number;
  readonly systemPromptHash?: string;
  readonly agentId?: string;
  readonly anthropicSessionId?: string;
  readonly createdAt?: string;
  readonly endedAt?: string;
  /** Whether the gateway follows the session's events. */
  readonly eventConsumer?: {
    readonly active: boolean;
    readonly totalEvents?: number;
    readonly totalAnomalies?: number;
  };
}

/**
 * Which sessions.
 *
 * @example
 * ```ts
 * import type { SessionQuery } from '@sallyport/vargate';
 *
 * const query: SessionQuery = { status: 'active', limit: 20 };
 * ```
 */
export interface SessionQuery {
  readonly status?: string;
  readonly agentId?: string;
  /**
   * 1 to 200.
   * @defaultValue `50`
   */
  readonly limit?: number;
}

/**
 * One event of a session.
 *
 * @example
 * ```ts
 * import type { SessionEvent } from '@sallyport/vargate';
 *
 * const wasGoverned = ({ source }: SessionEvent): boolean => source === 'mcp_governed';
 * ```
 */
export interface SessionEvent {
  readonly id?: number;
  readonly actionId: string;
  readonly agentId?: string;
  readonly tool: string;
  readonly method: string;
  readonly decision: string;
  readonly violations: readonly string[];
  readonly severity: string;
  /** `mcp_governed`: held before it ran; `mcp_observed`: seen afterwards; `control_plane`. */
  readonly source: string;
  readonly createdAt?: string;
  readonly executionMode?: string;
  readonly recordHash?: string;
  readonly prevHash?: string;
  readonly bundleRevision?: string;
}

/**
 * How to watch a session.
 *
 * @example
 * ```ts
 * import type { WatchSessionOptions } from '@sallyport/vargate';
 *
 * const options: WatchSessionOptions = { pollIntervalMs: 1_000 };
 * ```
 */
export interface WatchSessionOptions {
  readonly signal?: AbortSignal;
  /**
   * Milliseconds between two questions, at least 100.
   * @defaultValue `5_000`
   */
  readonly pollIntervalMs?: number;
}

/**
 * An interrupt that was sent. It stops what the agent would do next; what is under way may still finish.
 *
 * @example
 * ```ts
 * import type { Interrupted } from '@sallyport/vargate';
 *
 * const reached = ({ anthropicInterruptSent }: Interrupted): boolean => anthropicInterruptSent ?? false;
 * ```
 */
export interface Interrupted {
  readonly sessionId: string;
  readonly status: string;
  readonly reason: string;
  readonly anthropicInterruptSent?: boolean;
  readonly endedAt?: string;
  readonly autoTriggered?: boolean;
  readonly auditActionId?: string;
}

/**
 * What a session's governed calls would come to under the current policy.
 *
 * @example
 * ```ts
 * import type { SessionReplay } from '@sallyport/vargate';
 *
 * const changed = ({ changes }: SessionReplay): number => changes.length;
 * ```
 */
export interface SessionReplay {
  readonly sessionId?: string;
  readonly totalReplayed: number;
  readonly consistent: number;
  readonly changed: number;
  readonly errors: number;
  readonly changes: readonly SessionReplayChange[];
}

/**
 * A call that would now be decided otherwise.
 *
 * @example
 * ```ts
 * import type { SessionReplayChange } from '@sallyport/vargate';
 *
 * const line = (c: SessionReplayChange): string => `${c.tool}: ${c.originalDecision} → ${c.replayedDecision}`;
 * ```
 */
export interface SessionReplayChange {
  readonly actionId: string;
  readonly tool?: string;
  readonly originalDecision?: string;
  readonly replayedDecision?: string;
  readonly newViolations: readonly string[];
}
