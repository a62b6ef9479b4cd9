import type { FastifyReply } from 'fastify';
import type { Unit } from '../../engine/unit.js';
import type { Answer } from '../../http/answer.js';
import { finalising, type Kept, type KeyedRequest, remembering } from '../../http/idempotency.js';
import type { OutboundError } from '../../outbound/errors.js';
import { tellOfBlocked } from './blocked-webhooks.js';
import { concludingUnit, decisionUnit, type Lap } from './decide-unit.js';
import { isFields } from './documents/body.js';
import { PolicyStoreError } from './documents/errors.js';
import { unlessGone } from './held.js';
import type { Proposal } from './proposal.js';
import { inMode, plainRuling, type Ruling } from './ruling.js';
import type { Rampart } from './runtime.js';
import { askWebhook } from './webhook-action.js';

/** How a decision is asked for, beside the call itself. */
export interface Asking {
  readonly key: KeyedRequest | undefined;
  readonly reply: FastifyReply;
  /** Seconds to hold the request while a human thinks; 0 answers at once. */
  readonly waitSeconds: number;
}

/** Decides a call in as many laps as it takes: the policies, then a webhook or a rule's file, then perhaps a human. */
export async function decide(rampart: Rampart, proposal: Proposal, asking: Asking): Promise<Answer> {
  const { key, waitSeconds } = asking;
  const lap = await runLap(rampart, key, decisionUnit(rampart, proposal));
  const { answer, ruling } = lap.next === 'answer' ? lap : await secondLap(rampart, proposal, key, lap);
  measure(rampart, proposal, ruling);
  if (answer.status !== 202 || waitSeconds === 0) return answer;
  return hold(rampart, proposal, answer, asking);
}

type Answered = Extract<Lap, { next: 'answer' }>;

const KEPT: Kept<Lap> = {
  keep: (lap) => (lap.next === 'answer' ? lap.answer : undefined),
  replay: ({ status, body }) => ({ next: 'answer', answer: { status, body } }),
};

function runLap(rampart: Rampart, key: KeyedRequest | undefined, unit: Unit<Lap>): Promise<Lap> {
  return rampart.engine.lane.run(key === undefined ? unit : remembering(key, unit, KEPT));
}

/** Does what the first lap found to be done outside, and concludes. */
async function secondLap(
  rampart: Rampart,
  proposal: Proposal,
  key: KeyedRequest | undefined,
  lap: Exclude<Lap, Answered>,
): Promise<Answered> {
  const plain = plainRuling(lap.assessment, proposal.call);
  const ruling =
    lap.next === 'claim' ? await claim(rampart, plain, lap) : await delegate(rampart, proposal, plain, lap);
  const last = await runLap(rampart, key, concludingUnit(rampart, proposal, ruling));
  if (last.next !== 'answer') throw new TypeError('a concluding unit concludes');
  return last;
}

async function claim(
  rampart: Rampart,
  plain: Ruling,
  { assessment: { verdict } }: Exclude<Lap, Answered>,
): Promise<Ruling> {
  try {
    if (verdict.once !== undefined) await rampart.policies.claim(verdict.once);
    return inMode(rampart.mode, plain);
  } catch (error) {
    if (!(error instanceof PolicyStoreError)) throw error;
    return inMode(rampart.mode, { ...plain, action: 'deny', message: error.message });
  }
}

async function delegate(
  rampart: Rampart,
  proposal: Proposal,
  plain: Ruling,
  { assessment: { verdict }, link }: Extract<Lap, { next: 'webhook' }>,
): Promise<Ruling> {
  const { deciding } = verdict;
  const webhook = deciding?.rule.webhook;
  if (deciding === undefined || webhook === undefined) {
    return { ...plain, action: 'deny', message: 'invalid rule action; failing closed', link };
  }
  const { outbound, clock, log } = rampart.engine;
  const policy = deciding.policy.name;
  const about = {
    call: proposal.call,
    policy,
    now: clock.now(),
    blocked: (error: OutboundError) => tellOfBlocked(log, proposal.policies, { policy, url: webhook.url }, error),
  };
  return { ...plain, ...(await askWebhook(outbound, webhook, about)), link };
}

/** Keeps a call waiting for its human, and comes back with the answer when there is one in time. */
async function hold(
  rampart: Rampart,
  proposal: Proposal,
  answer: Answer,
  { key, reply, waitSeconds }: Asking,
): Promise<Answer> {
  const redeems = approvalIdOf(answer);
  return rampart.held.whileHeld(reply, async (signal) => {
    const approval = await rampart.engine.approvals.wait(redeems, waitSeconds * 1000, signal);
    // Nobody is there any more to be told: the approval stays for whoever repeats the call.
    if (approval === undefined || approval.status === 'pending' || signal.aborted) return answer;
    reply.header('preference-applied', `wait=${waitSeconds}`);
    const decision = decisionUnit(rampart, { ...proposal, policies: rampart.policies.current(), redeems });
    const unit = unlessGone(signal, decision, { next: 'answer', answer });
    const lap = await rampart.engine.lane.run(key === undefined ? unit : finalising(key, unit, KEPT));
    const last = lap.next === 'answer' ? lap : await secondLap(rampart, proposal, key, lap);
    measure(rampart, proposal, last.ruling);
    return last.answer;
  });
}

function approvalIdOf({ body }: Answer): string {
  const fields: unknown = JSON.parse(body);
  return isFields(fields) ? String(fields['approval_id']) : '';
}

function measure(rampart: Rampart, { route }: Proposal, ruling: Ruling | undefined): void {
  if (route === 'tool' && ruling !== undefined)
    rampart.metrics.decided(ruling.action, ruling.matched[0], ruling.tookUs);
}
