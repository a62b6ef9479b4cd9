import type { z } from 'zod';
import type { Agent } from '../agents/agent.js';
import { badRequest, forbidden, MeshGuardFailure } from '../failure.js';
import type { DelegationLimits } from '../policy/model.js';
import { tierLevel } from '../policy/tiers.js';
import type { relationshipRequest } from '../schemas.js';
import { allCovered, chainTo, MAX_HOPS, reaches } from './chain.js';
import type { Relationship } from './relationship.js';

export type GrantRequest = z.output<typeof relationshipRequest>;

const ISSUER_TIER = tierLevel('verified') ?? 0;

/** What has to be known before an agent may delegate. */
export interface GrantFacts {
  readonly source: Agent;
  readonly target: Agent;
  /** All of the organisation. */
  readonly relationships: readonly Relationship[];
  /** What the policies that apply to the source say about delegating. */
  readonly limits: readonly DelegationLimits[];
  readonly now: number;
}

/**
 * Whether an agent may hand on what it wants to, by the documented rules; returns how long the chain is with it.
 *
 * @throws MeshGuardFailure
 */
export function checkGrant(grant: Relationship, { source, target, relationships, limits, now }: GrantFacts): number {
  if (source.id === target.id) throw badRequest('An agent cannot delegate to itself');
  for (const agent of [source, target]) {
    if (agent.status !== 'active') throw new MeshGuardFailure(409, `Agent ${agent.id} is revoked`);
  }
  if (grant.expiresAt !== undefined && grant.expiresAt <= now) throw badRequest('expiresAt is in the past');
  if (grant.type !== 'delegates_to') return 0;
  if ((tierLevel(source.trustTier) ?? 0) < ISSUER_TIER)
    throw forbidden('Only agents from tier "verified" up may delegate');
  if (reaches(target.id, source.id, relationships, now)) throw badRequest('The delegation would make a circle');
  const chain = chainTo(grant, [...relationships, grant]);
  if (chain.length > MAX_HOPS) throw badRequest(`Delegation chains have at most ${MAX_HOPS} hops`);
  checkAncestors(grant, chain.slice(0, -1));
  checkLimits(grant, limits, chain.length);
  return chain.length;
}

/** Nobody hands on more than was handed to him, or further. */
function checkAncestors(grant: Relationship, ancestors: readonly Relationship[]): void {
  for (const [index, ancestor] of ancestors.entries()) {
    if (ancestors.length + 1 - index > ancestor.maxDepth) {
      throw forbidden(`Delegation ${ancestor.id} may not be handed on this far`);
    }
    if (!allCovered(ancestor.ceiling, [...grant.scope, ...grant.ceiling])) {
      throw forbidden(`Delegation ${ancestor.id} has a lower permission ceiling`);
    }
  }
}

function checkLimits(grant: Relationship, limits: readonly DelegationLimits[], depth: number): void {
  for (const { maxDepth = MAX_HOPS, permissionCeiling } of limits) {
    if (depth > maxDepth) throw forbidden(`Policy allows delegation chains of at most ${maxDepth} hops`);
    if (permissionCeiling !== undefined && !allCovered(permissionCeiling, [...grant.scope, ...grant.ceiling])) {
      throw forbidden('Policy has a lower permission ceiling');
    }
  }
}
