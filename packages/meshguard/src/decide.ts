import type { CallPromise } from '@sallyport/core';
import { checkNames, mapCall } from '@sallyport/core/internal';
import type { Connection } from './connection.js';
import { denialError } from './errors.js';
import { checkAction, governedHeaders } from './facts.js';
import { decisionOn } from './operations/decisions.js';
import { CHECK_NAMES } from './option-names.js';
import type { CheckOptions, GovernedDecision, PolicyDecision } from './types/index.js';

/** A resource, or options: the short form of the gateway's own clients, or the long one. */
export type CheckArgument = string | CheckOptions;

const optionsOf = (given: CheckArgument | undefined): CheckOptions =>
  typeof given === 'string' ? { resource: given } : (given ?? {});

/** Asks whether an action may be done. A refusal is an answer. */
export function check(connection: Connection, action: string, given?: CheckArgument): CallPromise<PolicyDecision> {
  return connection.checked(() => {
    const options = optionsOf(given);
    checkAction(action);
    checkNames(options, CHECK_NAMES, 'meshguard.check');
    const { resource, context: _, agentId: __, traceId = connection.traceId, ...request } = options;
    const headers = governedHeaders(action, options, options.headers);
    const asked = { action, traceId, ...(resource && { resource }) };
    return connection.call(decisionOn(asked), undefined, { ...request, headers });
  });
}

/** Asks, and throws what is not allowed. */
export function enforce(connection: Connection, action: string, given?: CheckArgument): CallPromise<PolicyDecision> {
  return mapCall(check(connection, action, given), (decision, { headers: _, requestId }) => {
    if (decision.allowed) return decision;
    throw denialError(decision, { operation: 'meshguard.enforce', requestId });
  });
}

/** A permission whose block can be left: nothing is told to the gateway then. */
export function scoped(decision: PolicyDecision): GovernedDecision {
  const copy = { ...decision };
  Object.defineProperty(copy, Symbol.asyncDispose, { value: () => Promise.resolve() });
  // The line above is what makes it one; no type can see that.
  return copy as GovernedDecision;
}
