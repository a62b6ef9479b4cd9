import { ConfigurationError, prepareAction } from '@sallyport/core';
import { checkNames, checkText, optionNames } from '@sallyport/core/internal';
import { type Connection, owned } from './connection.js';
import { type Decision, resolutionOf } from './decision.js';
import { AegisDeniedError } from './errors.js';
import { submit } from './propose.js';
import type { Actor, ProposalContext } from './types/index.js';

/**
 * How a function is governed.
 *
 * @example
 * ```ts
 * import type { GovernedOptions } from '@sallyport/aegis';
 *
 * const options: GovernedOptions = { actor: { id: 'agent-001', type: 'ai-agent' } };
 * ```
 */
export interface GovernedOptions {
  /** @defaultValue `{ id: 'langchain-agent', type: 'ai-agent' }` */
  readonly actor?: Actor;
  readonly context?: ProposalContext;
  /** What is acted on. */
  readonly resource?: string;
  /** Ends the question; the function's own work is its own. */
  readonly signal?: AbortSignal;
}

const NAMES = optionNames({
  actor: true,
  context: true,
  resource: true,
  signal: true,
} satisfies Readonly<Record<keyof GovernedOptions, true>>);

const DEFAULT_ACTOR: Actor = { id: 'langchain-agent', type: 'ai-agent' };

/**
 * Wraps functions that take their arguments as one object, which becomes the parameters of the proposal.
 *
 * @example
 * ```ts
 * import type { GovernedWrapper } from '@sallyport/aegis';
 *
 * const guard = (wrap: GovernedWrapper) => wrap(async ({ query }: { query: string }) => `rows of ${query}`);
 * ```
 */
export type GovernedWrapper = <Parameters extends object, Result>(
  fn: (parameters: Parameters, decision: Decision) => Result | Promise<Result>,
) => (parameters: Parameters) => Promise<Result>;

/** Throws what is not an ALLOW. */
function checkAllowed(decision: Decision): void {
  if (decision.outcome === 'ALLOW') return;
  const { escalationId, escalationExpiresAt, confirmationToken, confirmationExpiresAt } = resolutionOf(decision);
  if (decision.outcome === 'DENY' || (escalationId ?? confirmationToken) === undefined) {
    throw new AegisDeniedError(decision);
  }
  const id = escalationId ?? decision.decisionId;
  throw new AegisDeniedError(decision, { id, expiresAt: escalationExpiresAt ?? confirmationExpiresAt });
}

/** Makes the wrapper of one capability; see `AegisClient.governed`. */
export function governedBy(connection: Connection, capability: string, options: GovernedOptions = {}): GovernedWrapper {
  owned(() => {
    checkText('capability', capability);
    checkNames(options, NAMES, 'governed');
  });
  const { actor = DEFAULT_ACTOR, context, resource, signal } = options;
  return (fn) => {
    if (typeof fn !== 'function') {
      return owned(() => {
        throw new ConfigurationError('governed needs the function to wrap.');
      });
    }
    return async (parameters) => {
      // A frozen copy: what is decided on is what runs, whatever the caller changes meanwhile.
      const { input } = owned(() =>
        prepareAction({ tool: capability, input: Object.fromEntries(Object.entries(parameters)) }),
      );
      const action = { capability, parameters: input, ...(resource !== undefined && { resource }) };
      const proposal = { actor, action, ...(context && { context }) };
      const decision = await submit(connection, proposal, undefined, signal && { signal });
      checkAllowed(decision);
      // The copy has the fields of the original: `prepareAction` lets nothing in that it would change.
      return fn(input as typeof parameters, decision);
    };
  };
}
