import { createHash } from 'node:crypto';
import type { ProposedAction } from '@sallyport/core';
import { asciiJson } from './facts.js';
import type { ActionFacts } from './types/index.js';

/**
 * A proposed action in MeshGuard's words.
 *
 * @example
 * ```ts
 * import type { MeshGuardCall } from '@sallyport/meshguard';
 *
 * const call: MeshGuardCall = { action: 'write:email', context: { to: 'user@example.com' } };
 * ```
 */
export interface MeshGuardCall extends Pick<ActionFacts, 'resource' | 'context' | 'agentId'> {
  /** `verb:resource`. */
  readonly action: string;
}

/** Characters of an argument beyond which its digest is sent in its place. */
const LONGEST_ARGUMENT = 1024;

/** Long arguments travel as their digest: an approval is about this very call all the same. */
function shortened(value: unknown): unknown {
  const text = asciiJson(value);
  if (text === undefined || text.length <= LONGEST_ARGUMENT) return value;
  return { sha256: createHash('sha256').update(text).digest('hex'), length: text.length };
}

/** A text as a part of an action: what an action cannot hold is percent-encoded. */
const actionPart = (text: string): string => text.replace(/[^\x21-\x2b\x2d-\x7e]+/g, encodeURIComponent);

/** `operation:tool`; the arguments, who asks and the ids of the call are what conditions can look at. */
export function defaultCall(action: ProposedAction): MeshGuardCall {
  const { tool, operation = 'execute', input, resource, agent, session, runId, callId, context } = action;
  const known = Object.entries({ agent, session, runId, callId }).filter(([, value]) => value !== undefined);
  const facts = [...Object.entries(context ?? {}), ...Object.entries(input)];
  return {
    action: `${actionPart(operation)}:${actionPart(tool)}`,
    ...(resource !== undefined && { resource: actionPart(resource) }),
    context: Object.fromEntries([...known, ...facts.map(([name, value]) => [name, shortened(value)])]),
  };
}
