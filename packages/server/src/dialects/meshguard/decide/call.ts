import { createHash } from 'node:crypto';
import { redact, redactText } from '@sallyport/core';
import { canonicalJson } from '@sallyport/verify';
import type { AgentCaller } from '../identity/agent-auth.js';

/** One call of an agent, as it asks for it. */
export interface Call {
  readonly caller: AgentCaller;
  readonly action: string;
  readonly resource?: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  /** Of a proxied request. */
  readonly method?: string;
  /** Of a proxied request, with its query. */
  readonly path?: string;
  /** SHA-256, hex, of a proxied request's body; undefined while nobody has read it. */
  readonly bodyDigest?: string;
  /** Whether there is a body that an approval would have to be bound to. */
  readonly hasBody: boolean;
  /** The delegation that the agent acts under. */
  readonly delegationId?: string;
  /** The approval that the caller comes back for: no other is opened in its place. */
  readonly approvalId?: string;
  /** On the engine's monotonic clock. */
  readonly startedAt: number;
}

/** Binds an approval to exactly this call of this agent. */
export function callDigest({
  caller,
  action,
  resource,
  context,
  method,
  path,
  bodyDigest,
  delegationId,
}: Call): string {
  const { orgId, agentId } = caller;
  const call = { action, resource, context, method, path, body: bodyDigest, delegation: delegationId };
  return createHash('sha256')
    .update(canonicalJson({ dialect: 'meshguard', tenant: orgId, agent: agentId, call }))
    .digest('hex');
}

/** A call as people and logs may see it. */
export function shownCall({ action, resource, context, method, path }: Call) {
  return {
    action,
    ...(resource !== undefined && { resource: redactText(resource) }),
    ...(method !== undefined && { method }),
    ...(path !== undefined && { path: redactText(path) }),
    metadata: Object(redact(context)),
  };
}
