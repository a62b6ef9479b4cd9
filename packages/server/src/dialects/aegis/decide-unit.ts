import type { Decided, Row, Statement, Turn, Unit } from '../../engine/unit.js';
import type { Answer } from '../../http/answer.js';
import { type AgentState, agentStateOf, putAgentState, WINDOW_MS } from './agent-state.js';
import type { Caller } from './auth.js';
import { type Concluded, conclude, reviewFor } from './conclude.js';
import { auditRecord, CHAIN, column, eventEntry, shownRequest } from './entries.js';
import { dangerOf } from './evaluation/dangerous.js';
import { type EngineFacts, type Evaluation, evaluate } from './evaluation/evaluate.js';
import { PolicyConditionError } from './evaluation/policies.js';
import type { Proposal } from './evaluation/proposal.js';
import { grantIn, numberIn, proposalFacts, rememberRequest, type SeenRequest, seenRequestIn } from './facts.js';
import { type Failure, failureAnswer } from './failure.js';
import type { Registry } from './registry/registry.js';
import { revisionIn } from './registry/rows.js';
import { proposalDigest, type Redemption, redeem } from './reviews.js';
import type { Aegis } from './runtime.js';

/**
 * How far a unit got: to an answer, to finding that capabilities or policies are others by now, or to a review, which depends
 * on those that are open.
 */
export type Lap =
  | { readonly next: 'reload' | 'review' }
  | { readonly next: 'answer'; readonly answer: Answer; readonly retryAfter?: number; readonly decided?: Concluded };

/** A proposal with everything that its decision takes. */
export interface Asking {
  readonly proposal: Proposal;
  readonly caller: Caller;
  readonly registry: Registry;
  /** Fingerprint of the keyed request; empty without an idempotency key. */
  readonly fingerprint: string;
  /** Whether the answer takes the older form of two fields. */
  readonly flat: boolean;
  /** Whether it is known to lead to a review. */
  readonly reviewed: boolean;
}

/** Facts by name. */
interface Loaded {
  readonly seen: SeenRequest;
  readonly agent: AgentState;
  readonly engine: EngineFacts;
  readonly token: readonly Row[];
  readonly open: readonly Row[];
  readonly pending: number;
}

/** Decides a proposal: replay → agent's rate limit → dangerous patterns → confirmation token → engine → record. */
export function proposalUnit(aegis: Aegis, asking: Asking): Unit<Lap> {
  const { approvals, clock } = aegis.engine;
  const { proposal, caller, registry, fingerprint, reviewed } = asking;
  const { actor, capability, requestId, confirmationToken } = proposal;
  const digest = reviewed || confirmationToken !== undefined ? proposalDigest(proposal, caller) : '';
  const tokens =
    confirmationToken === undefined ? [] : [approvals.byId(aegis.tokens.reviewOf(confirmationToken) ?? '')];
  const reviews = reviewed ? [approvals.pendingBy(digest), approvals.pendingCount('aegis')] : [];
  return {
    chains: [CHAIN],
    load: [proposalFacts({ actor: actor.id, capability, requestId, now: clock.now() }), ...tokens, ...reviews],
    decide([facts, ...more], turn) {
      const [token = []] = more;
      const [open = [], pending] = more.slice(tokens.length);
      if (revisionIn(facts) !== registry.revision) return { answer: { next: 'reload' } };
      const seen = seenRequestIn(facts);
      const isRetry = fingerprint !== '' && seen.retry === fingerprint;
      if (proposal.choseRequestId && seen.retry !== undefined && !isRetry) return refuse(proposal, turn, REPLAYED);
      const agent = agentStateOf(facts, turn.now);
      const engine: EngineFacts = {
        now: turn.now,
        grant: grantIn(facts),
        grantUses: numberIn(facts, 'uses'),
        recentActions: agent.actions.length,
        decisions: agent.decisions,
        history: agent.history,
      };
      const loaded: Loaded = { seen, agent, engine, token, open, pending: numberIn(pending) };
      return admitted(aegis, asking, loaded, digest, turn);
    },
  };
}

const REPLAYED: Failure = {
  status: 409,
  code: 'AEGIS-VAL-021',
  message: 'request_id was used before: each proposal needs an id of its own (replay, T1002)',
  cause: 'request.request_id',
};

/** What comes after a request id was found to be new: from here on it is remembered, whatever happens. */
function admitted(aegis: Aegis, asking: Asking, loaded: Loaded, digest: string, turn: Turn): Decided<Lap> {
  const { proposal, caller, fingerprint } = asking;
  const { actor, actionType, target, confirmationToken } = proposal;
  const limited = agentLimit(aegis, loaded.agent, turn.now);
  if (limited !== undefined) {
    // A client that repeats the same keyed request later means the same proposal.
    return refuse(proposal, turn, limited, { writes: remembered(proposal, loaded.seen, fingerprint) });
  }
  const isCounted = aegis.settings.agentProposalsPerMinute !== false;
  const agent: AgentState = isCounted
    ? { ...loaded.agent, proposals: [...loaded.agent.proposals, turn.now] }
    : loaded.agent;
  const known = remembered(proposal, loaded.seen, '');
  const writes = [...known, putAgentState(actor.id, agent)];
  const danger = dangerOf(actionType, target);
  if (danger !== undefined) {
    const failure: Failure = { status: 400, ...danger, cause: 'request.action.target' };
    return refuse(proposal, turn, failure, { writes, records: [rejection(aegis, asking, failure, turn)] });
  }
  let redemption: Redemption | undefined;
  if (confirmationToken !== undefined) {
    const redeemed = redeem(aegis, loaded.token, { digest, caller, now: turn.now });
    if ('code' in redeemed) return refuse(proposal, turn, redeemed, { writes });
    redemption = redeemed;
  }
  const evaluation = evaluated(aegis, asking, loaded.engine);
  if ('code' in evaluation) {
    return refuse(proposal, turn, evaluation, { writes, records: [rejection(aegis, asking, evaluation, turn)] });
  }
  if (!asking.reviewed && reviewFor(evaluation, redemption) !== undefined) return { answer: { next: 'review' } };
  const concluded = conclude(aegis, asking, { ...loaded, evaluation, redemption, digest, agent, now: turn.now });
  const { answer } = concluded;
  return {
    writes: [...known, ...concluded.writes],
    records: concluded.records,
    events: concluded.events,
    answer: { next: 'answer', answer, decided: concluded },
  };
}

function remembered({ requestId, choseRequestId }: Proposal, seen: SeenRequest, retry: string): readonly Statement[] {
  return choseRequestId ? rememberRequest(requestId, seen, retry) : [];
}

function agentLimit({ settings }: Aegis, { proposals }: AgentState, now: number): Failure | undefined {
  const limit = settings.agentProposalsPerMinute;
  if (limit === false || proposals.length < limit) return undefined;
  const [oldest = now] = proposals;
  return {
    status: 429,
    code: 'AEGIS-GW-001',
    message: `the agent has made ${limit} proposals within 60.0 seconds`,
    cause: 'request.agent_id',
    retryAfter: Math.max(1, Math.ceil((oldest + WINDOW_MS + 1 - now) / 1000)),
  };
}

/** A condition that cannot be evaluated gives no decision: the caller takes it for a denial. */
function evaluated({ settings }: Aegis, { proposal, registry }: Asking, facts: EngineFacts): Evaluation | Failure {
  try {
    return evaluate(proposal, registry, facts, settings);
  } catch (error) {
    if (!(error instanceof PolicyConditionError)) throw error;
    return { status: 500, code: 'AEGIS-POL-009', message: error.message, cause: error.policyId };
  }
}

/** A refusal is an answer and no exception, since what was remembered and counted for it stays. */
function refuse(
  { requestId }: Proposal,
  { now }: Turn,
  failure: Failure,
  { writes = [], records = [] }: { writes?: readonly Statement[]; records?: Decided<Lap>['records'] } = {},
): Decided<Lap> {
  const { retryAfter } = failure;
  return {
    writes,
    records,
    answer: {
      next: 'answer',
      answer: failureAnswer(failure, column(requestId), now),
      ...(retryAfter !== undefined && { retryAfter }),
    },
  };
}

function rejection({ engine }: Aegis, { proposal, caller }: Asking, failure: Failure, { now }: Turn) {
  const { code, message, cause } = failure;
  const entry = eventEntry(`aud_${engine.ids.ulid(now)}`, 'governance.rejected', now, {
    actor_id: proposal.actor.id,
    capability: proposal.capability,
    details: {
      error_code: code,
      message,
      cause,
      request_id: column(proposal.requestId),
      api_key_id: caller.id,
      request: shownRequest(proposal),
    },
  });
  return auditRecord(entry, now, proposal.sessionId);
}
