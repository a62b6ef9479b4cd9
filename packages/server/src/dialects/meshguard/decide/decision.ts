import type { Approval } from '../../../approvals/approval.js';
import type { Answer } from '../../../http/answer.js';
import type { Agent } from '../agents/agent.js';
import type { Gate } from '../destructive/gate.js';
import type { Verdict } from '../policy/model.js';
import type { Exceeded } from './limits.js';

/** What was decided about a call, and is on record. */
export interface Decision {
  /** What the caller is told: `pending` and `limited` let nothing pass, either. */
  readonly outcome: 'allow' | 'deny' | 'pending' | 'limited';
  readonly agent: Agent;
  readonly auditId: string;
  readonly traceId: string;
  readonly action: string;
  readonly resource?: string;
  readonly verdict: Verdict;
  /** The question that the call waits for, or was settled by. */
  readonly approval?: Approval;
  /** What holds a destructive action back. */
  readonly gate?: Gate;
  readonly exceeded?: Exceeded;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * How far a unit got: to a decision, or to something that must be known before there can be one — the policies as the
 * store has them now, or the body that an approval is to be bound to; or to an answer that was given before.
 */
export type Lap =
  | { readonly decision: Decision }
  | { readonly replayed: Answer }
  | { readonly next: 'policies' | 'body' };
