import type { ProposedAction } from '@sallyport/core';
import type { Decision } from './decision.js';
import type { Actor, Proposal } from './types/index.js';

/**
 * How a client becomes a governor.
 *
 * @example
 * ```ts
 * import { AegisClient, type AegisGovernorOptions } from '@sallyport/aegis';
 *
 * const options: AegisGovernorOptions = {
 *   actor: { id: 'agent-001', type: 'ai-agent' },
 *   confirm: async (decision) => decision.riskScore < 0.5,
 * };
 * const governor = new AegisClient().asGovernor(options);
 * ```
 */
export interface AegisGovernorOptions {
  /**
   * Who acts, unless the action names its own agent.
   * @defaultValue `{ id: 'unknown-agent', type: 'ai-agent' }`
   */
  readonly actor?: Actor;
  /**
   * Puts an action into AEGIS's words. It must give the same proposal for the same action, since a confirmation is bound to it.
   * @defaultValue `tool.operation` as the capability, `input` as its parameters
   */
  readonly map?: (action: ProposedAction) => Pick<Proposal, 'actor' | 'action' | 'context'>;
  /**
   * Asks the user about a decision of REQUIRE_CONFIRMATION; only `true` is a yes. Without it such a call expires to a refusal.
   */
  readonly confirm?: (decision: Decision) => boolean | Promise<boolean>;
}

/** An action in AEGIS's words. */
export function defaultMap(
  { tool, operation, input, resource, agent, session, context, runId, callId }: ProposedAction,
  actor: Actor,
): Pick<Proposal, 'actor' | 'action' | 'context'> {
  return {
    actor: { ...actor, id: agent ?? actor.id },
    action: {
      capability: operation === undefined ? tool : `${tool}.${operation}`,
      parameters: input,
      ...(resource !== undefined && { resource }),
    },
    context: {
      ...(session !== undefined && { sessionId: session }),
      metadata: { ...context, run_id: runId, call_id: callId },
    },
  };
}
