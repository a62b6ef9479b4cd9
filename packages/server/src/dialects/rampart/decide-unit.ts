import type { Decided, Row, Turn, Unit } from '../../engine/unit.js';
import { type AskFacts, askLoads } from './ask.js';
import { askRuling } from './ask-ruling.js';
import { type Assessment, assess } from './assess.js';
import { type Concluded, conclude, decisionEvent, type Recording } from './conclude.js';
import { type CountNeeds, countCall, countNeeds } from './counts.js';
import { audited, auditRecord, CHAIN, callLink } from './events.js';
import { NO_LOADS, namedLoads } from './named-loads.js';
import { type Proposal, takesEffect } from './proposal.js';
import { inMode, plainRuling, type Ruling } from './ruling.js';
import type { Rampart } from './runtime.js';

/**
 * How far a unit got: to an answer, or to something that must happen outside before there can be one — a webhook that
 * has to be asked (its intent is recorded), or a rule that must be taken out of its file.
 */
export type Lap =
  | Concluded
  | { readonly next: 'webhook'; readonly assessment: Assessment; readonly link: string }
  | { readonly next: 'claim'; readonly assessment: Assessment };

/** Decides a call: facts in; audit records, approval and answer out. */
export function decisionUnit(rampart: Rampart, proposal: Proposal): Unit<Lap> {
  const now = rampart.engine.clock.now();
  const needs = countNeeds(proposal.policies, proposal.call.tool, now);
  // Whatever does not depend on counts can be evaluated now; then only a question to a human needs facts.
  const early = needs.loads.length === 0 ? assess(rampart, proposal, now, needs.read([], true)) : undefined;
  const mayAsk = proposal.route === 'tool' && rampart.mode === 'enforce' && (early?.verdict.action ?? 'ask') === 'ask';
  const asking = mayAsk ? namedLoads(askLoads(rampart, proposal, now)) : NO_LOADS;
  return {
    chains: [CHAIN],
    load: [...asking.load, ...needs.loads],
    decide(facts, turn) {
      const assessment = early ?? assessCounted(rampart, proposal, needs, facts.slice(asking.load.length), turn);
      const counting = needs.counted && takesEffect(proposal) && proposal.redeems === undefined;
      const asked = {
        earlier: asking.rows(facts, 'earlier'),
        grant: asking.rows(facts, 'grant'),
        pending: asking.rows(facts, 'pending'),
      };
      const decided = rule(rampart, proposal, assessment, asked, turn);
      if (!counting) return decided;
      return { ...decided, writes: [...countCall(proposal.call.tool, turn.now), ...(decided.writes ?? [])] };
    },
  };
}

function assessCounted(
  rampart: Rampart,
  proposal: Proposal,
  needs: CountNeeds,
  facts: readonly (readonly Row[])[],
  turn: Turn,
): Assessment {
  // A call that comes back from being held was counted when it came.
  return assess(rampart, proposal, turn.now, needs.read(facts, proposal.redeems === undefined));
}

function rule(rampart: Rampart, proposal: Proposal, assessment: Assessment, facts: AskFacts, turn: Turn): Decided<Lap> {
  const { verdict } = assessment;
  if (verdict.once !== undefined && takesEffect(proposal)) return { answer: { next: 'claim', assessment } };
  const auditId = rampart.engine.ids.ulid(turn.now);
  const recording: Recording = { auditId, turn };
  const plain = plainRuling(assessment, proposal.call);
  if (proposal.route === 'preflight') {
    return conclude(rampart, proposal, proposal.enforce ? inMode(rampart.mode, plain) : plain, recording);
  }
  if (rampart.mode !== 'enforce') return conclude(rampart, proposal, inMode(rampart.mode, plain), recording);
  if (verdict.action === 'webhook') return webhookIntent(rampart, proposal, assessment, plain, recording);
  if (verdict.action !== 'ask') return conclude(rampart, proposal, plain, recording);
  const ruling = askRuling(rampart, proposal, plain, facts, { verdict, auditId, now: turn.now });
  return conclude(rampart, proposal, ruling, recording);
}

/** The second lap of a call whose rule had to be claimed, or whose webhook has answered. */
export function concludingUnit(rampart: Rampart, proposal: Proposal, ruling: Ruling): Unit<Lap> {
  return {
    chains: [CHAIN],
    load: [],
    decide: (_facts, turn) => conclude(rampart, proposal, ruling, { auditId: rampart.engine.ids.ulid(turn.now), turn }),
  };
}

/** What is about to be asked of somebody else's server is on record before it is. */
function webhookIntent(
  rampart: Rampart,
  proposal: Proposal,
  assessment: Assessment,
  ruling: Ruling,
  recording: Recording,
): Decided<Lap> {
  const { auditId, turn } = recording;
  const link = callLink(auditId, proposal.caller.id);
  const event = decisionEvent(rampart, proposal, ruling, recording);
  return {
    records: [auditRecord(event, turn.now, link)],
    events: [audited({ event, notice: ruling.action })],
    answer: { next: 'webhook', assessment, link },
  };
}
