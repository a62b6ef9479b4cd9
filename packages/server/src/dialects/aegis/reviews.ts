import { createHash } from 'node:crypto';
import { redact } from '@sallyport/core';
import { canonicalJson } from '@sallyport/verify';
import type { Approval } from '../../approvals/approval.js';
import type { Step } from '../../approvals/desk.js';
import type { Row } from '../../engine/unit.js';
import type { Caller } from './auth.js';
import { column, oneLine, shownRequest } from './entries.js';
import type { Evaluation } from './evaluation/evaluate.js';
import { type Fields, isFields, type Proposal } from './evaluation/proposal.js';
import { AegisFailure, type Failure } from './failure.js';
import type { Aegis } from './runtime.js';
import { isoTime } from './time.js';

const MAX_PENDING = 1000;
const MAX_SUMMARY_CHARS = 500;

/** Who has to look at it: the user whom the caller asks, or an operator. */
export type ReviewKind = 'confirmation' | 'escalation';

export const kindOf = ({ id }: Pick<Approval, 'id'>): ReviewKind =>
  id.startsWith('esc_') ? 'escalation' : 'confirmation';

/** SHA-256, hex, of the exact proposal and its caller: what a confirmation token is bound to. */
export function proposalDigest({ actor, capability, resource, parameters }: Proposal, caller: Caller): string {
  const bound = { dialect: 'aegis', owner: caller.id, actor, capability, resource, parameters };
  return createHash('sha256').update(canonicalJson(bound)).digest('hex');
}

/** A review that a decision has led to. */
export interface Review {
  readonly approval: Approval;
  /** Absent when it joins one that is open already. */
  readonly step?: Step;
}

/** What a review is about. */
export interface Reviewed {
  readonly proposal: Proposal;
  readonly caller: Caller;
  readonly digest: string;
  readonly evaluation: Evaluation;
  readonly decisionId: string;
  /** Of the registry that was evaluated. */
  readonly revision: string;
  readonly now: number;
}

/**
 * Opens a review. A proposal that is escalated already joins the one that is open; each confirmation is its own, since
 * each is for one execution.
 *
 * @throws AegisFailure 503 when too many wait already.
 */
export function openReview(
  aegis: Aegis,
  kind: ReviewKind,
  about: Reviewed,
  facts: { readonly open: readonly Row[]; readonly pending: number },
): Review {
  const { approvals } = aegis.engine;
  const [row] = facts.open;
  const open = row && approvals.read(row);
  if (kind === 'escalation' && open?.status === 'pending') return { approval: open };
  if (facts.pending >= MAX_PENDING) {
    const message = `${MAX_PENDING} reviews wait already; answer some first`;
    throw new AegisFailure({ status: 503, code: 'AEGIS-ESC-002', message, retryAfter: 60 });
  }
  const step = approvals.open(newApproval(aegis, kind, about));
  return { approval: step.approval, step };
}

function newApproval(aegis: Aegis, kind: ReviewKind, about: Reviewed): Approval {
  const { proposal, caller, digest, evaluation, decisionId, revision, now } = about;
  const { settings, engine } = aegis;
  const isEscalation = kind === 'escalation';
  const id = `${isEscalation ? 'esc_' : 'cnf_'}${engine.ids.ulid(now)}`;
  return {
    id,
    dialect: 'aegis',
    tenant: 'default',
    status: 'pending',
    joinKey: isEscalation ? digest : id,
    digest,
    owner: caller.id,
    agent: proposal.actor.id,
    session: column(proposal.sessionId),
    runId: '',
    callId: '',
    tool: proposal.capability,
    summary: summaryOf(proposal),
    message: column(oneLine(evaluation.reason)),
    call: shownRequest(proposal),
    policyRevision: revision,
    link: decisionId,
    createdAt: now,
    expiresAt: now + (isEscalation ? settings.escalationTimeoutMs : settings.confirmationTimeoutMs),
    extra: { riskScore: evaluation.risk.score },
  };
}

function summaryOf({ capability, resource, parameters }: Proposal): string {
  const shown = JSON.stringify(redact(parameters, Number.POSITIVE_INFINITY));
  const words = [
    capability,
    ...(resource === undefined ? [] : [String(redact(resource))]),
    ...(shown === '{}' ? [] : [shown]),
  ];
  return oneLine(words.join(' ')).slice(0, MAX_SUMMARY_CHARS).toWellFormed();
}

/** The engine's score that a review was opened with. */
export function riskOfReview({ extra }: Approval): number {
  const score: unknown = isFields(extra) ? extra['riskScore'] : undefined;
  return typeof score === 'number' ? score : 0;
}

/** What a decision tells its caller about the review that it waits for. The token is for the caller alone. */
export function reviewConstraints(
  aegis: Pick<Aegis, 'tokens'>,
  approval: Approval,
): { told: Fields; recorded: Fields } {
  const expires = isoTime(approval.expiresAt);
  if (kindOf(approval) === 'escalation') {
    const told = { escalation_id: approval.id, escalation_expires_at: expires };
    return { told, recorded: told };
  }
  return {
    told: { confirmation_token: aegis.tokens.tokenFor(approval.id), confirmation_expires_at: expires },
    recorded: { confirmation_id: approval.id, confirmation_expires_at: expires },
  };
}

/** Milliseconds since the epoch at which a review's token ends. */
export function tokenEnd({ status, resolvedAt, expiresAt }: Approval, confirmationTimeoutMs: number): number {
  return status === 'approved' && resolvedAt !== undefined ? resolvedAt + confirmationTimeoutMs : expiresAt;
}

/** A confirmation that counts. */
export interface Redemption {
  readonly approval: Approval;
  readonly steps: readonly Step[];
}

/** Uses a confirmation token up: once, in time, for the very proposal that it was given for. */
export function redeem(
  aegis: Aegis,
  rows: readonly Row[],
  bearer: { readonly digest: string; readonly caller: Caller; readonly now: number },
): Redemption | Failure {
  const { approvals } = aegis.engine;
  const [row] = rows;
  const approval = row && approvals.read(row);
  if (approval?.dialect !== 'aegis') return refused('AEGIS-CNF-001', 'the confirmation token is unknown');
  if (approval.digest !== bearer.digest) {
    return refused('AEGIS-CNF-003', 'the confirmation token was given for another proposal');
  }
  const { status } = approval;
  const { now, caller } = bearer;
  if (status === 'consumed') return refused('AEGIS-CNF-001', 'the confirmation token was used before');
  if (status === 'rejected' || status === 'cancelled') return refused('AEGIS-CNF-001', 'the confirmation was denied');
  if (status === 'expired' || now >= tokenEnd(approval, aegis.settings.confirmationTimeoutMs)) {
    return refused('AEGIS-CNF-002', 'the confirmation token has expired');
  }
  if (status === 'approved') return used(aegis, approval, [], bearer);
  if (kindOf(approval) === 'escalation') return refused('AEGIS-CNF-001', 'nobody has answered the escalation yet');
  const confirmed = approvals.step(approval, 'approved', {
    at: now,
    by: caller.name,
    details: { credential: caller.id },
  });
  return used(aegis, confirmed.approval, [confirmed], bearer);
}

function used(
  { engine }: Aegis,
  approval: Approval,
  before: readonly Step[],
  { now, caller }: { readonly now: number; readonly caller: Caller },
): Redemption {
  const step = engine.approvals.step(approval, 'consumed', { at: now, by: caller.name });
  return { approval, steps: [...before, step] };
}

const refused = (code: string, message: string): Failure => ({
  status: 400,
  code,
  message,
  cause: 'request.confirmation_token',
});
