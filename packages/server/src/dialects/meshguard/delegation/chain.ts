import { compilePattern, covers } from '../policy/pattern.js';
import type { Relationship } from './relationship.js';

/** Hops that a chain of delegations may have at most. */
export const MAX_HOPS = 5;

/** What denies under a chain that is too long. */
export const DEPTH_RULE = 'delegation-depth';

/** Whether a chain of delegations carries an action. */
export interface ChainCheck {
  readonly ok: boolean;
  /** Why it does not. */
  readonly reason?: string;
  /** Whether it is too long, for the whole or for one of its hops. */
  readonly tooDeep: boolean;
  /** Hops; 1 is a direct delegation. */
  readonly depth: number;
  /** Who has delegated to the agent that acts, and the agent at the chain's other end. */
  readonly delegator?: string;
  readonly root?: string;
  readonly requiresApproval: boolean;
}

const isActive = ({ revokedAt, expiresAt }: Relationship, now: number): boolean =>
  revokedAt === undefined && (expiresAt === undefined || now < expiresAt);

const matchesAny = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => compilePattern(pattern)(text));

/** Whether every inner pattern lies within one of the outer ones. */
export const allCovered = (outer: readonly string[], inner: readonly string[]): boolean =>
  inner.every((pattern) => outer.some((wider) => covers(wider, pattern)));

/** The delegation that another builds on: the one that was handed to its source before. */
function parentOf(child: Relationship, all: readonly Relationship[]): Relationship | undefined {
  const earlier = all.filter(
    ({ id, type, target, createdAt }) =>
      type === 'delegates_to' && target === child.source && id !== child.id && createdAt <= child.createdAt,
  );
  // The one that carries it counts; where none does, any of them shows that it exceeds what was handed on.
  return earlier.find(({ ceiling }) => allCovered(ceiling, child.scope)) ?? earlier[0];
}

/** The chain that ends in a delegation, from its root on. */
export function chainTo(last: Relationship, all: readonly Relationship[]): readonly Relationship[] {
  const chain = [last];
  for (let parent = parentOf(last, all); parent !== undefined && chain.length <= MAX_HOPS; ) {
    if (chain.includes(parent)) break;
    chain.unshift(parent);
    parent = parentOf(parent, all);
  }
  return chain;
}

/**
 * Checks what an agent does under a delegation: each hop must be active, cover the action by its scope and by its
 * ceiling, and allow a chain of this length. Any hop that fails denies.
 */
export function checkChain(
  id: string,
  agentId: string,
  action: string,
  all: readonly Relationship[],
  now: number,
): ChainCheck {
  const last = all.find((relationship) => relationship.id === id && relationship.type === 'delegates_to');
  if (last === undefined || last.target !== agentId) {
    const reason = 'There is no such delegation to this agent';
    return { ok: false, reason, depth: 0, tooDeep: false, requiresApproval: false };
  }
  const chain = chainTo(last, all);
  const about = {
    depth: chain.length,
    delegator: last.source,
    root: chain[0]?.source ?? last.source,
    requiresApproval: chain.some(({ requiresApproval }) => requiresApproval),
  };
  const fault = faultOf(chain, action, now);
  const depthFault = fault === undefined ? depthFaultOf(chain) : undefined;
  const reason = fault ?? depthFault;
  const tooDeep = depthFault !== undefined;
  return reason === undefined ? { ok: true, tooDeep, ...about } : { ok: false, reason, tooDeep, ...about };
}

function depthFaultOf(chain: readonly Relationship[]): string | undefined {
  if (chain.length > MAX_HOPS) return `Delegation chains have at most ${MAX_HOPS} hops`;
  const hop = chain.find(({ maxDepth }, index) => chain.length - index > maxDepth);
  return hop && `Delegation ${hop.id} may not be handed on this far`;
}

function faultOf(chain: readonly Relationship[], action: string, now: number): string | undefined {
  for (const hop of chain) {
    const name = `Delegation ${hop.id}`;
    if (!isActive(hop, now)) return `${name} is revoked or has expired`;
    if (!matchesAny(hop.scope, action)) return `${name} does not cover ${action}`;
    if (!matchesAny(hop.ceiling, action)) return `${name} has a ceiling below ${action}`;
  }
  return undefined;
}

/** Whether one agent is reached from another along delegations. */
export function reaches(from: string, to: string, all: readonly Relationship[], now: number): boolean {
  const seen = new Set([from]);
  const queue = [from];
  for (let agent = queue.shift(); agent !== undefined; agent = queue.shift()) {
    if (agent === to) return true;
    for (const edge of all) {
      if (edge.source !== agent || edge.type !== 'delegates_to' || !isActive(edge, now) || seen.has(edge.target))
        continue;
      seen.add(edge.target);
      queue.push(edge.target);
    }
  }
  return false;
}
