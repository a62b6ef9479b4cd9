import type { Step } from '../../../approvals/desk.js';
import type { Decided, Query, Row, Statement, Turn, Unit } from '../../../engine/unit.js';
import { type Agent, agentById, agentOf } from '../agents/agent.js';
import { chainsOf } from '../audit/records.js';
import { type ChainCheck, checkChain, DEPTH_RULE } from '../delegation/chain.js';
import { relationshipOf, relationshipsOf } from '../delegation/relationship.js';
import { destructiveGate, type Gate } from '../destructive/gate.js';
import { destructivePatterns } from '../destructive/patterns.js';
import { unauthorized } from '../failure.js';
import { newId } from '../ids.js';
import { LOAD_REVISION, revisionOf } from '../policies/policy-store.js';
import type { CallFacts, Limit, Verdict } from '../policy/model.js';
import { denied, type PolicySet } from '../policy/policy-set.js';
import type { MeshGuard } from '../runtime.js';
import { type AskFacts, pendingShare, settleAsk } from './ask.js';
import { type Call, callDigest } from './call.js';
import type { Decision, Lap } from './decision.js';
import { type Counts, countCall, exceeded, loadCounts, readCounts } from './limits.js';
import { type Concluding, conclude } from './record.js';

const BYPASS: Verdict = { effect: 'allow', policy: 'bypass', rule: 'bypass', explicit: false, limits: [] };
const THROTTLE: Limit = { key: 'anomaly-throttle', requests: 10, per: 'minute' };

/** What only some calls depend on. */
type Need = 'revision' | 'counts' | 'earlier' | 'pending' | 'relationships';
const NEEDS: readonly Need[] = ['revision', 'counts', 'earlier', 'pending', 'relationships'];

/** Decides a call: facts in; audit record, approval and decision out. */
export function decisionUnit(mesh: MeshGuard, call: Call): Unit<Lap> {
  const { approvals, clock, store } = mesh.engine;
  const { agentId, orgId } = call.caller;
  const { set } = mesh.policies.of(orgId);
  const revision = mesh.policies.revision;
  const chains = chainsOf(orgId);
  const mayAsk = set.asks || call.delegationId !== undefined || destructivePatterns(call.action).length > 0;
  const loads: Readonly<Record<Need, Query | undefined>> = {
    // Where nobody else writes, what is in memory is what the store has.
    revision: store.shared ? LOAD_REVISION : undefined,
    counts: set.counts || mayThrottle(mesh) ? loadCounts(agentId, clock.now()) : undefined,
    earlier: mayAsk ? approvals.byDigest('meshguard', callDigest(call)) : undefined,
    pending: mayAsk ? pendingShare(call.caller) : undefined,
    relationships: call.delegationId === undefined ? undefined : relationshipsOf(orgId),
  };
  const needs = NEEDS.filter((need) => loads[need] !== undefined);
  return {
    chains: [chains.decisions, chains.events],
    load: [agentById(agentId), ...needs.flatMap((need) => loads[need] ?? [])],
    decide([agentRows = [], ...others], turn) {
      const facts = (need: Need): readonly Row[] => others[needs.indexOf(need)] ?? [];
      const agent = currentAgent(call, agentRows);
      if (store.shared && revisionOf(facts('revision')) !== revision) return { answer: { next: 'policies' } };
      const ruling = new Ruling(mesh, call, agent, set, readCounts(facts('counts'), turn.now), turn);
      const chain =
        call.delegationId === undefined
          ? undefined
          : checkChain(call.delegationId, agentId, call.action, facts('relationships').map(relationshipOf), turn.now);
      return ruling.decide(chain, { earlier: facts('earlier'), pending: facts('pending') });
    },
  };
}

const mayThrottle = ({ settings }: MeshGuard): boolean => Object.values(settings.autoActions).includes('throttle');

/** The agent as it is now: a token that was good when the call came may be worth nothing any more. */
function currentAgent({ caller }: Call, [row]: readonly Row[]): Agent {
  const agent = row && agentOf(row);
  const isCurrent =
    agent?.status === 'active' &&
    agent.orgId === caller.orgId &&
    (!caller.byToken || agent.credential === caller.credential);
  if (agent === undefined || !isCurrent) throw unauthorized();
  return agent;
}

/** One call, on its way to a decision. */
class Ruling {
  readonly #mesh: MeshGuard;
  readonly #call: Call;
  readonly #agent: Agent;
  readonly #set: PolicySet;
  readonly #counts: Counts;
  readonly #turn: Turn;
  readonly #auditId: string;

  constructor(mesh: MeshGuard, call: Call, agent: Agent, set: PolicySet, counts: Counts, turn: Turn) {
    this.#mesh = mesh;
    this.#call = call;
    this.#agent = agent;
    this.#set = set;
    this.#counts = counts;
    this.#turn = turn;
    this.#auditId = newId(mesh.engine.ids, 'audit', turn.now);
  }

  decide(chain: ChainCheck | undefined, facts: AskFacts): Decided<Lap> {
    const { mode, destructive } = this.#mesh.settings;
    const delegation = chain?.delegator === undefined ? {} : { delegatedBy: chain.delegator, delegation: chain };
    if (mode === 'bypass') return this.#conclude('allow', BYPASS, delegation);
    const verdict = this.#verdict(chain);
    const general = [...this.#set.select(this.#agent).limits, ...(this.#agent.hold === 'throttle' ? [THROTTLE] : [])];
    const limits = [...general, ...(verdict.effect === 'deny' ? [] : verdict.limits)];
    const over = exceeded(limits, this.#counts, this.#turn.now);
    if (over !== undefined) {
      const limited = denied(verdict.policy, 'rate-limit', 'Rate limit exceeded');
      return this.#conclude('limited', limited, { ...delegation, exceeded: over });
    }
    const counting = countCall(this.#agent.id, limits, this.#counts, this.#turn.now);
    if (verdict.effect === 'deny') return this.#conclude('deny', verdict, delegation, counting);
    const gate =
      mode === 'enforce' ? destructiveGate(this.#call.action, this.#agent.trustTier, destructive) : undefined;
    const asksHuman = verdict.effect === 'require_approval' || chain?.requiresApproval === true;
    if (!asksHuman && gate === undefined) return this.#conclude('allow', verdict, delegation, counting);
    // Where nothing is enforced nobody is asked, either.
    if (mode === 'audit') return this.#conclude('deny', verdict, delegation, counting);
    if (this.#call.hasBody && this.#call.bodyDigest === undefined) return { answer: { next: 'body' } };
    return this.#ask(verdict, asksHuman ? undefined : gate, facts, { counting, delegation });
  }

  #verdict(chain: ChainCheck | undefined): Verdict {
    const { hold } = this.#agent;
    // Whoever was slowed down under other settings is not counted any more: nothing passes until somebody has looked.
    const isBlocked = hold === 'throttle' && !mayThrottle(this.#mesh);
    if (hold === 'block' || hold === 'quarantine' || isBlocked) {
      return denied('anomaly-detection', `anomaly-${hold}`, 'The agent is held back because of an anomaly');
    }
    if (chain?.ok === false) {
      const rule = chain.tooDeep ? DEPTH_RULE : 'delegation-chain';
      return denied('delegation', rule, chain.reason ?? 'The delegation does not hold');
    }
    return this.#set.evaluate(this.#facts());
  }

  #facts(): CallFacts {
    const { action, resource, context, method, path } = this.#call;
    return {
      agent: this.#agent,
      action,
      context,
      ...(resource !== undefined && { resource }),
      ...(method !== undefined && { method }),
      // Decoded, as the target will read it: an encoded letter must not take a path out of a policy's sight.
      ...(path !== undefined && { path: decodeURIComponent(path.replace(/\?.*/s, '')) }),
      now: this.#turn.now,
    };
  }

  #ask(
    verdict: Verdict,
    gate: Gate | undefined,
    facts: AskFacts,
    { counting, delegation }: { counting: readonly Statement[]; delegation: Partial<Concluding> },
  ): Decided<Lap> {
    const question = { agent: this.#agent, verdict, gate, auditId: this.#auditId, now: this.#turn.now };
    const { outcome, approval, steps } = settleAsk(this.#mesh, this.#call, facts, question);
    const about = { ...delegation, approval, ...(gate !== undefined && { gate }) };
    if (outcome === 'redeemed') return this.#conclude('allow', verdict, about, counting, steps);
    if (outcome === 'pending') {
      const waiting = gate === undefined ? verdict : { ...verdict, reason: gate.reason };
      return this.#conclude('pending', waiting, about, counting, steps);
    }
    const note = approval.note === undefined ? '' : `: ${approval.note}`;
    const refused = denied(verdict.policy, verdict.rule, `Approval ${approval.id} was ${approval.status}${note}`);
    return this.#conclude('deny', refused, about, counting);
  }

  #conclude(
    outcome: Decision['outcome'],
    verdict: Verdict,
    more: Partial<Concluding>,
    counting: readonly Statement[] = [],
    steps: readonly Step[] = [],
  ): Decided<Lap> {
    const decided = conclude(this.#mesh, this.#call, {
      outcome,
      verdict,
      agent: this.#agent,
      auditId: this.#auditId,
      now: this.#turn.now,
      ...more,
    });
    return {
      answer: { decision: decided.answer },
      writes: [...counting, ...steps.flatMap(({ writes }) => writes), ...(decided.writes ?? [])],
      records: [...(decided.records ?? []), ...steps.flatMap(({ records }) => records)],
      events: [...(decided.events ?? []), ...steps.flatMap(({ events }) => events)],
    };
  }
}
