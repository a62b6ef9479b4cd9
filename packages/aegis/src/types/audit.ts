import type { Decision } from '../decision.js';
import type { Page, PageQuery } from './pages.js';
import type { Outcome } from './proposals.js';
import type { Capability, Grant, Policy } from './registry.js';

/**
 * Which decisions to read.
 *
 * @example
 * ```ts
 * import type { DecisionQuery } from '@sallyport/aegis';
 *
 * const query: DecisionQuery = { actorId: 'agent-001', outcome: 'DENY', since: '2026-11-01T00:00:00Z' };
 * ```
 */
export interface DecisionQuery extends PageQuery {
  readonly actorId?: string;
  readonly capability?: string;
  readonly outcome?: Outcome;
  /** ISO 8601, included. */
  readonly since?: string;
  /** ISO 8601, excluded. */
  readonly until?: string;
}

/**
 * Which entries of the audit log to read.
 *
 * @example
 * ```ts
 * import type { AuditQuery } from '@sallyport/aegis';
 *
 * const query: AuditQuery = { eventType: 'governance.decision', outcome: 'DENY' };
 * ```
 */
export interface AuditQuery extends DecisionQuery {
  readonly decisionId?: string;
  /** `governance.decision`, `governance.execution`, `policy.created`, `actor.grant.revoked`, … */
  readonly eventType?: string;
}

/**
 * One page of decisions, newest first.
 *
 * @example
 * ```ts
 * import { AegisClient, type DecisionPage } from '@sallyport/aegis';
 *
 * const page: DecisionPage = await new AegisClient().decisions.list({ limit: 10 });
 * ```
 */
export interface DecisionPage extends Page {
  readonly decisions: readonly Decision[];
}

/**
 * One page of capabilities.
 *
 * @example
 * ```ts
 * import type { CapabilityPage } from '@sallyport/aegis';
 *
 * const names = ({ capabilities }: CapabilityPage): string[] => capabilities.map(({ name }) => name);
 * ```
 */
export interface CapabilityPage extends Page {
  readonly capabilities: readonly Capability[];
}

/**
 * One page of policies.
 *
 * @example
 * ```ts
 * import type { PolicyPage } from '@sallyport/aegis';
 *
 * const enabled = ({ policies }: PolicyPage) => policies.filter((policy) => policy.enabled);
 * ```
 */
export interface PolicyPage extends Page {
  readonly policies: readonly Policy[];
}

/**
 * One page of what an actor has.
 *
 * @example
 * ```ts
 * import type { GrantPage } from '@sallyport/aegis';
 *
 * const capabilities = ({ grants }: GrantPage): string[] => grants.map(({ capability }) => capability);
 * ```
 */
export interface GrantPage extends Page {
  readonly grants: readonly Grant[];
}

/**
 * One page of the audit log.
 *
 * @example
 * ```ts
 * import type { AuditPage } from '@sallyport/aegis';
 *
 * const hashes = ({ entries }: AuditPage) => entries.map(({ hash }) => hash);
 * ```
 */
export interface AuditPage extends Page {
  readonly entries: readonly AuditEntry[];
}

/**
 * One entry of the audit log.
 *
 * @example
 * ```ts
 * import type { AuditEntry } from '@sallyport/aegis';
 *
 * const line = (entry: AuditEntry): string => `${entry.timestamp} ${entry.eventType} ${entry.outcome ?? ''}`;
 * ```
 */
export interface AuditEntry {
  /** The same as the decision's `auditRef`. */
  readonly id: string;
  readonly eventType: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly actorId?: string;
  readonly capability?: string;
  readonly outcome?: string;
  /** 0 to 1. */
  readonly riskScore?: number;
  readonly decisionId?: string;
  readonly policiesEvaluated: readonly string[];
  readonly policyMatched?: string;
  /** `sha256:` and 64 hex digits. */
  readonly hash?: string;
  readonly previousHash?: string;
}

/**
 * Everything about one decision.
 *
 * @example
 * ```ts
 * import { AegisClient, type AuditTrail } from '@sallyport/aegis';
 *
 * const trail: AuditTrail = await new AegisClient().audit.trail('dec_7f3a2b1c');
 * if (trail.integrity.chainVerified === false) process.stderr.write('The log was changed.\n');
 * ```
 */
export interface AuditTrail {
  readonly decisionId: string;
  /** What was proposed, as it was sent. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly evaluation: {
    /** `pass` or `fail`. */
    readonly capabilityCheck?: string;
    readonly authorityCheck?: string;
    readonly riskScore?: number;
    readonly riskThreshold?: number;
    readonly policiesEvaluated: readonly string[];
    readonly policyMatched?: string;
  };
  readonly decision: {
    readonly outcome: string;
    readonly reason: string;
    readonly constraints: Readonly<Record<string, unknown>>;
    readonly timestamp?: string;
  };
  /** What became of it, once that was reported. */
  readonly execution?: Execution;
  readonly integrity: {
    readonly hash?: string;
    readonly previousHash?: string;
    /** Whether the chain holds, up to and including this entry. */
    readonly chainVerified?: boolean;
  };
}

/**
 * What became of an operation that was allowed.
 *
 * @example
 * ```ts
 * import type { Execution } from '@sallyport/aegis';
 *
 * const slow = ({ durationMs = 0 }: Execution): boolean => durationMs > 1_000;
 * ```
 */
export interface Execution {
  /** `completed`, `failed`, … */
  readonly status: string;
  readonly resultSummary?: string;
  readonly durationMs?: number;
  /** ISO 8601. */
  readonly completedAt?: string;
}

/**
 * What to report about an operation that was allowed.
 *
 * @example
 * ```ts
 * import type { ExecutionReport } from '@sallyport/aegis';
 *
 * const report: ExecutionReport = { status: 'completed', resultSummary: '10 rows', durationMs: 12 };
 * ```
 */
export interface ExecutionReport {
  readonly status: 'completed' | 'failed';
  /** At most 500 characters. */
  readonly resultSummary?: string;
  readonly durationMs?: number;
  /** ISO 8601. */
  readonly completedAt?: string;
}

/**
 * A report that the gateway has recorded.
 *
 * @example
 * ```ts
 * import { AegisClient, type RecordedExecution } from '@sallyport/aegis';
 *
 * const { auditRef }: RecordedExecution = await new AegisClient().reportExecution('dec_1', { status: 'completed' });
 * ```
 */
export interface RecordedExecution {
  /** Names the entry of the audit log, where the gateway says. */
  readonly auditRef?: string;
}

/**
 * One line of the simple event list.
 *
 * @example
 * ```ts
 * import type { AuditEvent } from '@sallyport/aegis';
 *
 * const denied = (events: readonly AuditEvent[]) => events.filter(({ decision }) => decision === 'DENY');
 * ```
 */
export interface AuditEvent {
  readonly agentId: string;
  readonly action: string;
  readonly target: string;
  readonly decision: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly timestamp: string;
}

/**
 * How the gateway is.
 *
 * @example
 * ```ts
 * import { AegisClient, type Health } from '@sallyport/aegis';
 *
 * const { status }: Health = await new AegisClient().health();
 * ```
 */
export interface Health {
  /** `healthy` when it is. */
  readonly status: string;
  readonly version: string;
  /** ISO 8601. */
  readonly timestamp?: string;
}
