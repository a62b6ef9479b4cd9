import type { RequestOptions } from '@sallyport/core';
import type { Page, PageQuery } from './pages.js';

/**
 * Where an escalation stands. Only `approved` is a yes.
 *
 * @example
 * ```ts
 * import type { EscalationStatus } from '@sallyport/aegis';
 *
 * const isOpen = (status: EscalationStatus): boolean => status === 'pending';
 * ```
 */
export type EscalationStatus = 'pending' | 'approved' | 'denied' | 'expired';

/**
 * A decision that an operator has to make.
 *
 * @example
 * ```ts
 * import { AegisClient, type Escalation } from '@sallyport/aegis';
 *
 * const escalation: Escalation = await new AegisClient().escalations.get('esc_1');
 * ```
 */
export interface Escalation {
  readonly escalationId: string;
  readonly status: EscalationStatus;
  /** The decision that asked for it. */
  readonly decisionId?: string;
  /** What was proposed, as it was sent. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly reason?: string;
  /** 0 to 1. */
  readonly riskScore?: number;
  /** ISO 8601. */
  readonly createdAt?: string;
  /** ISO 8601: nobody answering by then is a refusal. */
  readonly expiresAt?: string;
  readonly resolvedAt?: string;
  readonly operatorId?: string;
  readonly comment?: string;
  /** What an approved proposal is resubmitted with, once; see `confirm`. Shown to whoever asked. */
  readonly confirmationToken?: string;
  /** ISO 8601. */
  readonly confirmationExpiresAt?: string;
  /** ISO 8601: when the token was used. */
  readonly redeemedAt?: string;
}

/**
 * Which escalations to read.
 *
 * @example
 * ```ts
 * import type { EscalationQuery } from '@sallyport/aegis';
 *
 * const answered: EscalationQuery = { status: 'denied' };
 * ```
 */
export interface EscalationQuery extends PageQuery {
  /** @defaultValue `'pending'` */
  readonly status?: EscalationStatus | 'all';
}

/**
 * One page of escalations, oldest first.
 *
 * @example
 * ```ts
 * import { AegisClient, type EscalationPage } from '@sallyport/aegis';
 *
 * const { escalations }: EscalationPage = await new AegisClient().escalations.list();
 * ```
 */
export interface EscalationPage extends Page {
  readonly escalations: readonly Escalation[];
}

/**
 * An operator's verdict.
 *
 * @example
 * ```ts
 * import type { OperatorVerdict } from '@sallyport/aegis';
 *
 * const verdict: OperatorVerdict = { decision: 'approve', operatorId: 'alice', comment: 'as discussed' };
 * ```
 */
export interface OperatorVerdict {
  readonly decision: 'approve' | 'deny';
  readonly operatorId?: string;
  readonly comment?: string;
}

/**
 * How long to wait for an operator.
 *
 * @example
 * ```ts
 * import type { WaitForEscalationOptions } from '@sallyport/aegis';
 *
 * const options: WaitForEscalationOptions = { maxWaitMs: 60_000, pollIntervalMs: 2_000 };
 * ```
 */
export interface WaitForEscalationOptions extends RequestOptions {
  /**
   * Milliseconds to wait at most.
   * @defaultValue until the escalation expires, an hour when it does not say
   */
  readonly maxWaitMs?: number;
  /**
   * Milliseconds between two questions, unless the server holds its answer.
   * @defaultValue `1_000`
   */
  readonly pollIntervalMs?: number;
}
