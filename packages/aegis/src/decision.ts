import { ConfigurationError } from '@sallyport/core';
import type { Outcome } from './types/proposals.js';

/**
 * What a {@link Decision} is made from.
 *
 * @example
 * ```ts
 * import { Decision, type DecisionFields } from '@sallyport/aegis';
 *
 * const fields: DecisionFields = {
 *   decisionId: 'dec_1',
 *   outcome: 'DENY',
 *   reason: 'No matching allow policy found (default-deny).',
 *   riskScore: 0.1,
 *   constraints: {},
 *   timestamp: '2026-11-21T10:00:00Z',
 *   auditRef: 'aud_1',
 * };
 * const decision = new Decision(fields);
 * ```
 */
export interface DecisionFields {
  readonly decisionId: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly riskScore: number;
  readonly constraints: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
  readonly auditRef: string;
}

/**
 * What the gateway says to a proposal: exactly seven attributes. The wire's names (`decision_id`, `risk_score`, `audit_ref`) can
 * be read as well; they are not enumerated.
 *
 * @example
 * ```ts
 * import type { Decision } from '@sallyport/aegis';
 *
 * function next(decision: Decision): string {
 *   switch (decision.outcome) {
 *     case 'ALLOW':
 *       return 'execute it';
 *     case 'DENY':
 *       return `stop: ${decision.reason}`;
 *     case 'ESCALATE':
 *       return 'wait for an operator';
 *     case 'REQUIRE_CONFIRMATION':
 *       return 'ask the user';
 *   }
 * }
 * ```
 */
export class Decision implements DecisionFields {
  /** Names the decision; opaque. */
  readonly decisionId: string;
  readonly outcome: Outcome;
  /** Why, in the gateway's words. */
  readonly reason: string;
  /** 0 to 1. */
  readonly riskScore: number;
  /** What an allowed operation has to respect, and what another outcome can be resolved with. */
  readonly constraints: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly timestamp: string;
  /** Names the entry of the audit log. */
  readonly auditRef: string;

  constructor(fields: DecisionFields) {
    this.decisionId = fields.decisionId;
    this.outcome = fields.outcome;
    this.reason = fields.reason;
    this.riskScore = fields.riskScore;
    this.constraints = fields.constraints;
    this.timestamp = fields.timestamp;
    this.auditRef = fields.auditRef;
  }

  /** `decisionId`, as the wire spells it. */
  get decision_id(): string {
    return this.decisionId;
  }

  /** `riskScore`, as the wire spells it. */
  get risk_score(): number {
    return this.riskScore;
  }

  /** `auditRef`, as the wire spells it. */
  get audit_ref(): string {
    return this.auditRef;
  }
}

const textIn = (constraints: Decision['constraints'], name: string): string | undefined => {
  const value = constraints[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** What a decision that is no ALLOW can be resolved with. */
export const resolutionOf = ({ constraints }: DecisionFields) => ({
  confirmationToken: textIn(constraints, 'confirmation_token'),
  confirmationExpiresAt: textIn(constraints, 'confirmation_expires_at'),
  escalationId: textIn(constraints, 'escalation_id'),
  escalationExpiresAt: textIn(constraints, 'escalation_expires_at'),
});

/**
 * The escalation that a decision opened.
 *
 * @throws ConfigurationError when it opened none.
 */
export function escalationOf(decision: DecisionFields): { readonly escalationId: string; readonly expiresAt?: string } {
  const { escalationId, escalationExpiresAt } = resolutionOf(decision);
  if (escalationId === undefined) {
    throw new ConfigurationError(`Decision ${decision.decisionId} (${decision.outcome}) waits for no operator.`);
  }
  return { escalationId, ...(escalationExpiresAt !== undefined && { expiresAt: escalationExpiresAt }) };
}
