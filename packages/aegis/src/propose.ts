import { type CallPromise, ConfigurationError, type RequestOptions } from '@sallyport/core';
import { checkJson, checkNames, checkPlainObject, checkText, optionNames } from '@sallyport/core/internal';
import { type Connection, checked } from './connection.js';
import { type Decision, type DecisionFields, resolutionOf } from './decision.js';
import { propose, type Submission } from './operations/governance.js';
import type { Escalation, Proposal } from './types/index.js';

const PROPOSAL_NAMES = optionNames({
  actor: true,
  action: true,
  context: true,
  requestId: true,
  traceId: true,
} satisfies Readonly<Record<keyof Proposal, true>>);

/** Refuses a proposal about nothing: a policy that saw no parameters would decide on something else than what runs. */
function checkProposal(proposal: Proposal): void {
  checkNames(proposal, PROPOSAL_NAMES, 'A proposal');
  const { actor, action, context } = proposal;
  checkPlainObject('actor', actor);
  checkText('actor.id', actor.id);
  checkText('actor.type', actor.type);
  checkPlainObject('action', action);
  checkText('action.capability', action.capability);
  if (action.parameters !== undefined) checkPlainObject('action.parameters', action.parameters);
  if (context !== undefined) checkPlainObject('context', context);
  // What JSON cannot carry would be left out or changed, and something else decided on than what runs.
  checkJson('action', action);
  if (context !== undefined) checkJson('context', context);
}

/** Sends a proposal: one request id and one idempotency key, on every attempt. */
export function submit(
  connection: Connection,
  proposal: Proposal,
  confirmationToken: string | undefined,
  options: RequestOptions = {},
): CallPromise<Decision> {
  return checked(() => {
    checkProposal(proposal);
    const { runtime } = connection.caller;
    const requestId = proposal.requestId ?? runtime.id();
    const key = options.idempotencyKey ?? (connection.sendsKeys ? runtime.id() : undefined);
    const submission: Submission = { ...proposal, requestId, confirmationToken };
    return connection.call(propose, submission, { ...options, ...(key !== undefined && { idempotencyKey: key }) });
  });
}

/** Resubmits an approved proposal with its token: under an id of its own, since the first one is used up. */
export function resubmit(
  connection: Connection,
  approval: Approval,
  { requestId: _, ...proposal }: Proposal,
  options?: RequestOptions,
): CallPromise<Decision> {
  return checked(() => submit(connection, proposal, tokenOf(approval), options));
}

/** An approval: a decision that asks for a confirmation, or an escalation that an operator has approved. */
export type Approval = DecisionFields | Escalation;

/** What an approved proposal is resubmitted with. */
function tokenOf(approval: Approval): string {
  const token = 'escalationId' in approval ? approval.confirmationToken : resolutionOf(approval).confirmationToken;
  if (token !== undefined) return token;
  throw new ConfigurationError(
    'There is no confirmation token to resubmit with: pass a decision of REQUIRE_CONFIRMATION, or an approved escalation.',
  );
}
