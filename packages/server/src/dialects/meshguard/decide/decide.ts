import type { FastifyReply } from 'fastify';
import type { Unit } from '../../../engine/unit.js';
import type { Answer } from '../../../http/answer.js';
import { type Kept, type KeyedRequest, remembering } from '../../../http/idempotency.js';
import { MeshGuardFailure } from '../failure.js';
import type { MeshGuard } from '../runtime.js';
import { checkAnswer } from './answer.js';
import { readyAt } from './ask.js';
import type { Call } from './call.js';
import type { Decision, Lap } from './decision.js';
import { decisionUnit } from './unit.js';

/** How often policies are read again for one call: they would have to change between each two. */
const MAX_RELOADS = 5;

/** A decision; an answer that was given before; or that the body is needed first, for an approval to be bound to it. */
export type Decided = Decision | { readonly replayed: Answer } | 'body';

/** Decides a call, once for each idempotency key. @throws MeshGuardFailure */
export async function decide(mesh: MeshGuard, call: Call, key?: KeyedRequest): Promise<Decided> {
  for (let reloads = 0; reloads < MAX_RELOADS; reloads += 1) {
    const unit: Unit<Lap> = decisionUnit(mesh, call);
    const lap = await mesh.engine.lane.run(key === undefined ? unit : remembering(key, unit, kept(mesh)));
    if ('decision' in lap) mesh.metrics.decided(lap.decision);
    if ('decision' in lap) return lap.decision;
    if ('replayed' in lap) return lap;
    if (lap.next === 'body') return 'body';
    await mesh.policies.load();
  }
  throw new MeshGuardFailure(503, 'The policies change faster than they can be read; try again');
}

/** What has not been settled is decided again the next time. */
const kept = ({ settings }: MeshGuard): Kept<Lap> => ({
  keep: (lap) => ('decision' in lap && isSettled(lap.decision) ? checkAnswer(lap.decision, settings.mode) : undefined),
  replay: ({ status, body }) => ({ replayed: { status, body } }),
});

const isSettled = ({ outcome }: Decision): boolean => outcome === 'allow' || outcome === 'deny';

/**
 * Waits for the human that a decision is waiting for, and decides again: by then the answer is what counts.
 *
 * @param seconds - how long at most.
 */
export async function awaitApproval(
  mesh: MeshGuard,
  call: Call,
  decision: Decision,
  {
    reply,
    seconds,
    key,
  }: { readonly reply: FastifyReply; readonly seconds: number; readonly key?: KeyedRequest | undefined },
): Promise<Decision> {
  const { approval } = decision;
  if (decision.outcome !== 'pending' || approval === undefined || seconds === 0) return decision;
  const { clock, approvals } = mesh.engine;
  const cool = readyAt(approval);
  const ms = Math.min(seconds * 1000, cool === undefined ? seconds * 1000 : Math.max(cool - clock.now(), 0));
  const settled = await mesh.held.whileHeld(reply, (signal) => approvals.wait(approval.id, ms, signal));
  const isOver = settled?.status !== 'pending' || (cool !== undefined && clock.now() >= cool);
  // Whoever has gone in the meantime must not use the approval up.
  if (!isOver || reply.raw.destroyed) return decision;
  const again = await decide(mesh, { ...call, approvalId: approval.id }, key);
  return again === 'body' || 'replayed' in again ? decision : again;
}
