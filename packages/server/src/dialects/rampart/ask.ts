import type { Approval } from '../../approvals/approval.js';
import type { Step } from '../../approvals/desk.js';
import type { Query, Row } from '../../engine/unit.js';
import { RequestFailure } from '../../http/failure.js';
import type { Caller } from './auth.js';
import { type Described, subjectOf, summaryOf } from './describe.js';
import { persistedSubject } from './documents/learned-rule.js';
import { redactFields, redactText } from './documents/redact.js';
import { callLink } from './events.js';
import type { Verdict } from './policy/model.js';
import { callDigest, isReplayable, isWholeRun, type Proposal, runKey, runOf } from './proposal.js';
import type { Rampart } from './runtime.js';

/** How long an approved call may be repeated, once. */
const REPLAY_WINDOW_MS = 60_000;
const MAX_PENDING = 1000;

/** What one agent may take of them, so that the others can go on asking. */
const MAX_SHARE = MAX_PENDING / 4;

/** What becomes of a call that a human has to decide on. */
export type Asked =
  | { readonly outcome: 'redeemed'; readonly approval: Approval; readonly step: Step }
  | { readonly outcome: 'refused'; readonly approval: Approval }
  | { readonly outcome: 'granted' }
  | { readonly outcome: 'pending'; readonly approval: Approval; readonly step?: Step };

/** Facts that such a call depends on, by name. */
export type AskFacts = Readonly<Record<'earlier' | 'grant' | 'pending', readonly Row[]>>;

/** What to load for them. */
export function askLoads(rampart: Rampart, proposal: Proposal, now: number): Record<keyof AskFacts, Query | undefined> {
  const { approvals } = rampart.engine;
  const run = runOf(proposal);
  return {
    earlier: earlierApprovals(rampart, proposal),
    grant: isWholeRun(run) ? runGrant(runKey(run), now) : undefined,
    pending: approvals.pendingShare('rampart', proposal.caller.id),
  };
}

function earlierApprovals(rampart: Rampart, proposal: Proposal): Query | undefined {
  const { approvals } = rampart.engine;
  // Also for a call that was held: when another has used its approval up, it joins the question that is open by then.
  if (proposal.toolCallId !== '') return approvals.byDigest('rampart', callDigest(proposal));
  return proposal.redeems === undefined ? undefined : approvals.byId(proposal.redeems);
}

/** Looks for a grant that covers a whole run. */
export function runGrant(key: string, now: number): Query {
  return { sql: 'SELECT expires_at FROM rampart_run_grants WHERE identity = ? AND expires_at > ?', params: [key, now] };
}

/** What the ask is about, beside the call. */
export interface Question {
  readonly verdict: Verdict;
  readonly auditId: string;
  readonly now: number;
}

/**
 * Settles a call that policy wants a human to decide on: by the answer that was given to it before, by a grant for its
 * run, or by joining or opening a question.
 *
 * @throws RequestFailure 503 when too many questions wait already.
 */
export function settleAsk(rampart: Rampart, proposal: Proposal, facts: AskFacts, question: Question): Asked {
  const { now } = question;
  const earlier = facts.earlier.map((row) => rampart.engine.approvals.read(row));
  const answered = earlier.find((approval) => approval.status === 'approved' && isRedeemable(approval, proposal, now));
  if (answered !== undefined) {
    const step = rampart.engine.approvals.step(answered, 'consumed', { at: now, by: proposal.call.agent });
    return { outcome: 'redeemed', approval: answered, step };
  }
  const refused = earlier.find((approval) => approval.id === proposal.redeems && isRefused(approval, now));
  if (refused !== undefined) return { outcome: 'refused', approval: refused };
  if (facts.grant.length > 0) return { outcome: 'granted' };
  const open = earlier.find(({ status, expiresAt }) => status === 'pending' && expiresAt > now);
  if (open !== undefined) return { outcome: 'pending', approval: open };
  assertRoom(facts.pending, proposal.caller);
  const step = rampart.engine.approvals.open(newApproval(rampart, proposal, question));
  return { outcome: 'pending', approval: step.approval, step };
}

/** Nobody answering in time is a refusal, too. */
function isRefused({ status, expiresAt }: Approval, now: number): boolean {
  if (status === 'pending') return expiresAt <= now;
  return status !== 'approved' && status !== 'consumed';
}

/** A call that was held is redeemed on its own connection; any other must carry its ids and come in time. */
function isRedeemable({ id, resolvedAt = 0 }: Approval, proposal: Proposal, now: number): boolean {
  if (proposal.redeems !== undefined) return id === proposal.redeems;
  return isReplayable(proposal) && now < resolvedAt + REPLAY_WINDOW_MS;
}

/** @throws RequestFailure 503, also when one agent's credential alone has asked for its share. */
export function assertRoom([row]: readonly Row[], { admin }: Pick<Caller, 'admin'>): void {
  if (Number(row?.['n'] ?? 0) >= MAX_PENDING) {
    throw new RequestFailure(503, `approval: too many pending requests (limit: ${MAX_PENDING})`);
  }
  if (!admin && Number(row?.['own'] ?? 0) >= MAX_SHARE) {
    throw new RequestFailure(503, `approval: too many pending requests of this credential (limit: ${MAX_SHARE})`);
  }
}

/** What only this dialect knows of its approvals. */
export interface ApprovalExtra {
  /** The event of the question. */
  readonly auditId: string;
  /** What the protocol's fields named `command` say. Redacted. */
  readonly subject: string;
  /** The exact text that an allow rule could be written for; absent when that would write a secret down. */
  readonly grantable?: string;
  /** Whether the caller can redeem the approval by repeating the call. */
  readonly replayable: boolean;
  readonly persisted: boolean;
}

function newApproval(rampart: Rampart, proposal: Proposal, { verdict, auditId, now }: Question): Approval {
  const { call, caller, runId, toolCallId, policies } = proposal;
  const id = rampart.engine.ids.ulid(now);
  const digest = callDigest(proposal);
  return {
    id,
    dialect: 'rampart',
    tenant: 'default',
    status: 'pending',
    joinKey: toolCallId === '' ? id : digest,
    digest,
    owner: caller.id,
    agent: call.agent,
    session: call.session,
    runId,
    callId: toolCallId,
    tool: call.tool,
    summary: summaryOf(call),
    message: oneLine(verdict.message),
    call: {
      tool: call.tool,
      params: redactFields(call.params),
      ...(call.input !== undefined && { input: redactFields(call.input) }),
    },
    policyRevision: policies.revision,
    link: callLink(auditId, caller.id),
    createdAt: now,
    expiresAt: now + rampart.approvalTimeoutMs,
    extra: approvalExtra({ ...call, auditId, replayable: isReplayable(proposal) }),
  };
}

/** Collects what only this dialect knows of an approval. */
export function approvalExtra(
  about: Described & { readonly workdir?: string; readonly auditId: string; readonly replayable: boolean },
): ApprovalExtra {
  const { auditId, replayable } = about;
  const exact = persistedSubject(about);
  const isSecret = redactText(exact) !== exact;
  return { auditId, subject: subjectOf(about), replayable, persisted: false, ...(!isSecret && { grantable: exact }) };
}

/** Reads it back. */
export function extraOf({ extra }: Approval): ApprovalExtra {
  const fields: Partial<Record<keyof ApprovalExtra, unknown>> =
    typeof extra === 'object' && extra !== null ? extra : {};
  const { grantable } = fields;
  return {
    auditId: String(fields.auditId ?? ''),
    subject: String(fields.subject ?? ''),
    replayable: fields.replayable === true,
    persisted: fields.persisted === true,
    ...(typeof grantable === 'string' && { grantable }),
  };
}

/** Columns hold no control characters: a NUL would end the text there. */
export function oneLine(text: string): string {
  return redactText(text)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
}
