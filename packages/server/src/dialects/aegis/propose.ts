import type { FastifyReply, FastifyRequest } from 'fastify';
import { send } from '../../http/answer.js';
import { type Kept, type KeyedRequest, remembering } from '../../http/idempotency.js';
import { type Caller, callerOf } from './auth.js';
import { jsonObject } from './body.js';
import { type Lap, proposalUnit } from './decide-unit.js';
import { type Fields, isFields, type Proposal } from './evaluation/proposal.js';
import { AegisFailure, invalid } from './failure.js';
import { keyOf } from './keyed.js';
import type { Aegis } from './runtime.js';
import { type ProposalRules, readProposal } from './validate.js';

/** `POST /api/v1/governance/propose` */
export function propose(aegis: Aegis) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const body = jsonObject(request);
    const flat = aegis.settings.flatBody && isFlat(body);
    const proposal = readProposal(flat ? nested(body) : body, rulesOf(aegis));
    const caller = callerOf(request);
    assertSpeaksFor(proposal.actor.id, caller);
    decide(aegis, { proposal, caller, flat }, keyOf(request)).then(
      ({ answer, retryAfter }) => {
        if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
        send(reply, answer);
      },
      (error: unknown) => void reply.send(error),
    );
  };
}

/** @throws AegisFailure 403 */
function assertSpeaksFor(id: string, { actor }: Caller): void {
  if (actor === undefined || actor === id) return;
  const message = `the API key speaks for the actor '${actor}' alone`;
  throw new AegisFailure({ status: 403, code: 'AEGIS-AUTH-003', message, cause: 'authorization' });
}

/** How this gateway reads proposals. */
export function rulesOf({ engine, settings }: Pick<Aegis, 'engine' | 'settings'>): ProposalRules {
  const { ids } = engine;
  return {
    extendedActorIds: settings.extendedActorIds,
    newSessionId: () => `sess_${ids.uuid()}`,
    newRequestId: () => ids.uuid(),
  };
}

/** The older form of a proposal: `{ agent_id, action, target }`. */
const isFlat = (body: Fields): boolean => !('actor' in body) && 'agent_id' in body;

/** @throws AegisFailure AEGIS-VAL-006 */
function nested({ agent_id: id, action: capability, target, ...rest }: Fields): Fields {
  if (isFields(capability))
    throw invalid('AEGIS-VAL-006', 'request.action', 'a flat action is the name of a capability');
  return { ...rest, actor: { id, type: 'ai-agent' }, action: { capability, resource: target } };
}

type Answered = Extract<Lap, { next: 'answer' }>;

/** An answer that only puts a proposal off is not kept: the same key may come again. */
const PUT_OFF = 429;
const kept: Kept<Lap> = {
  keep: (lap) => (lap.next === 'answer' && lap.answer.status !== PUT_OFF ? lap.answer : undefined),
  replay: ({ status, body }) => ({ next: 'answer', answer: { status, body } }),
};

/** Changes of the registry that a decision may run into before it gives up. */
const MAX_LAPS = 10;

async function decide(
  aegis: Aegis,
  asked: { readonly proposal: Proposal; readonly caller: Caller; readonly flat: boolean },
  key: KeyedRequest | undefined,
): Promise<Answered> {
  const { lane, clock } = aegis.engine;
  const began = clock.monotonic();
  let registry = aegis.registry.current();
  let reviewed = false;
  for (let lap = 0; lap < MAX_LAPS; lap += 1) {
    const unit = proposalUnit(aegis, { ...asked, registry, reviewed, fingerprint: key?.fingerprint ?? '' });
    const result = await lane.run(key === undefined ? unit : remembering(key, unit, kept));
    if (result.next === 'answer') {
      if (result.decided !== undefined) aegis.metrics.decided(result.decided, clock.monotonic() - began);
      return result;
    }
    if (result.next === 'review') reviewed = true;
    else registry = await aegis.registry.reload();
  }
  throw new Error('The registry changes faster than decisions can be made.');
}
