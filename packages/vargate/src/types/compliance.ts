import type { SessionEvent } from './managed.js';

/**
 * A control of the AGCS standard, and whether the session exercised it.
 *
 * @example
 * ```ts
 * import type { AgcsControl } from '@sallyport/vargate';
 *
 * const line = ({ title = '', evidence = '' }: AgcsControl): string => `${title}: ${evidence}`;
 * ```
 */
export interface AgcsControl {
  readonly title?: string;
  /** Absent where the gateway only lists the control. */
  readonly exercised?: boolean;
  readonly evidence?: string;
}

/**
 * The compliance artifact of a session: whole, and available while the session runs.
 *
 * @example
 * ```ts
 * import type { ComplianceArtifact } from '@sallyport/vargate';
 *
 * const line = ({ summary }: ComplianceArtifact): string => `${summary.totalEvents} events, ${summary.denialRate} denied`;
 * ```
 */
export interface ComplianceArtifact {
  readonly version?: string;
  readonly exportedAt?: string;
  readonly session: {
    readonly id: string;
    readonly status?: string;
    readonly agentId?: string;
    readonly tenantId?: string;
    readonly anthropicSessionId?: string;
    readonly systemPromptHash?: string;
    readonly createdAt?: string;
    readonly endedAt?: string;
    /** Until now, while the session is active; absent where the gateway gives no times. */
    readonly durationSeconds?: number;
  };
  readonly agentConfig?: {
    readonly id?: string;
    readonly name?: string;
    readonly model?: string;
    readonly allowedTools?: readonly string[];
    readonly maxDelegationDepth?: number;
  };
  readonly governanceProfile?: Readonly<Record<string, unknown>>;
  readonly summary: {
    readonly totalEvents: number;
    readonly governedCalls: number;
    readonly observedCalls: number;
    readonly denied: number;
    readonly pending: number;
    readonly anomalies: number;
    readonly approvalsUsed?: number;
    /** 0 to 1, of the governed calls. */
    readonly denialRate: number;
    readonly callsByTool?: Readonly<Record<string, number>>;
  };
  readonly chainVerification: {
    readonly valid: boolean;
    readonly recordsChecked?: number;
    readonly brokenLinks: readonly unknown[];
  };
  readonly timeline: readonly SessionEvent[];
  /** By their ids: `AG-1.1`. */
  readonly agcsControls: Readonly<Record<string, AgcsControl>>;
  readonly exportHash?: string;
}
