import { pythonJson } from '@sallyport/verify';
import { actionTypeOf } from './evaluation/actions.js';
import { ACTOR_TYPES, type ActorType, type Fields, isFields, type Proposal } from './evaluation/proposal.js';
import { invalid } from './failure.js';

/** How strict ids are, and what is made up where nothing was sent. */
export interface ProposalRules {
  /** Whether actor ids may hold `:` and `@`. */
  readonly extendedActorIds: boolean;
  newSessionId(): string;
  newRequestId(): string;
}

const STRICT_ID = /^[a-zA-Z0-9._-]+$/;
const EXTENDED_ID = /^[a-zA-Z0-9._:@-]+$/;
const CAPABILITY = /^[a-z][a-z0-9_.-]*$/;
const MAX_ID_CHARS = 256;
const MAX_TARGET_CHARS = 1024;
const MAX_PARAMETER_CHARS = 1_048_576;

/** Whether a capability's name is well formed. */
export const isCapabilityName = (name: string): boolean => name.length <= MAX_ID_CHARS && CAPABILITY.test(name);

/**
 * Checks a proposal as the engine does, the first failure first: agent, action, type, target, parameters, context, request id.
 *
 * @throws AegisFailure AEGIS-VAL-001 to 020, or AEGIS-REQ-002 for fields that the engine does not know.
 */
export function readProposal(body: Fields, rules: ProposalRules): Proposal {
  const actor = readActor(body['actor'], rules);
  const action = readAction(body['action']);
  const { context, sessionId } = readContext(body, rules);
  const requestId = readRequestId(body, rules);
  const traceId = optionalText(body, 'trace_id');
  const confirmationToken = optionalText(body, 'confirmation_token');
  return {
    actor,
    ...action,
    context,
    sessionId,
    requestId,
    choseRequestId: body['request_id'] !== undefined,
    ...(traceId !== undefined && { traceId }),
    ...(confirmationToken !== undefined && { confirmationToken }),
  };
}

/** Python's blank: nothing but white space. */
const isBlank = (value: unknown): boolean => typeof value !== 'string' || value.trim() === '';

/** Code points, as Python counts. */
const charsOf = (text: string): number => (text.length <= MAX_ID_CHARS ? text.length : [...text].length);

/** @throws AegisFailure AEGIS-VAL-002 to 004. */
export function checkActorId(id: unknown, extended: boolean): string {
  const cause = 'request.agent_id';
  if (typeof id !== 'string' || isBlank(id)) {
    throw invalid('AEGIS-VAL-002', cause, 'agent_id is required but was empty or whitespace-only');
  }
  if (charsOf(id) > MAX_ID_CHARS) throw invalid('AEGIS-VAL-003', cause, `agent_id exceeds ${MAX_ID_CHARS} characters`);
  if (!(extended ? EXTENDED_ID : STRICT_ID).test(id)) {
    throw invalid('AEGIS-VAL-004', cause, 'agent_id may hold letters, digits, ".", "_" and "-" only');
  }
  return id;
}

function readActor(value: unknown, { extendedActorIds }: ProposalRules): Proposal['actor'] {
  const actor = isFields(value) ? value : {};
  const id = checkActorId(actor['id'], extendedActorIds);
  const type = ACTOR_TYPES.find((known): known is ActorType => known === actor['type']);
  if (type === undefined) {
    throw invalid('AEGIS-REQ-002', 'request.actor.type', `actor.type must be one of ${ACTOR_TYPES.join(', ')}`);
  }
  return { id, type };
}

function readAction(
  action: unknown,
): Pick<Proposal, 'capability' | 'actionType' | 'resource' | 'target' | 'parameters'> {
  if (!isFields(action)) throw invalid('AEGIS-VAL-005', 'request.action', 'action is required');
  const { capability, resource } = action;
  if (typeof capability !== 'string' || isBlank(capability)) {
    throw invalid('AEGIS-VAL-006', 'request.action.capability', 'action.capability is required');
  }
  if (!isCapabilityName(capability)) {
    const wanted = 'action.capability must be a dot namespace in lower case: domain.operation';
    throw invalid('AEGIS-VAL-007', 'request.action.capability', wanted);
  }
  return {
    capability,
    actionType: actionTypeOf(capability),
    ...readTarget(resource, capability),
    parameters: readParameters(action),
  };
}

function readTarget(resource: unknown, capability: string): Pick<Proposal, 'resource' | 'target'> {
  if (resource === undefined || resource === null) return { target: capability };
  const cause = 'request.action.target';
  if (typeof resource !== 'string' || isBlank(resource)) {
    throw invalid('AEGIS-VAL-008', cause, 'action.resource must be a text that is not blank');
  }
  if ([...resource].length > MAX_TARGET_CHARS) {
    throw invalid('AEGIS-VAL-009', cause, `action.resource exceeds ${MAX_TARGET_CHARS} characters`);
  }
  return { resource, target: resource };
}

function readParameters(action: Fields): Fields {
  const cause = 'request.action.parameters';
  const { parameters = {} } = action;
  if (parameters === null) throw invalid('AEGIS-VAL-010', cause, 'action.parameters must not be null');
  if (!isFields(parameters)) throw invalid('AEGIS-VAL-011', cause, 'action.parameters must be an object');
  if (pythonJson(parameters).length > MAX_PARAMETER_CHARS) {
    throw invalid('AEGIS-VAL-014', cause, `action.parameters exceed ${MAX_PARAMETER_CHARS} characters as JSON`);
  }
  return parameters;
}

function readContext(body: Fields, rules: ProposalRules): Pick<Proposal, 'context' | 'sessionId'> {
  const { context = {} } = body;
  if (!isFields(context)) throw invalid('AEGIS-VAL-015', 'request.context', 'context must be an object');
  const sessionId = 'session_id' in context ? readSessionId(context['session_id']) : rules.newSessionId();
  if (context['timestamp'] === null) {
    throw invalid('AEGIS-VAL-018', 'request.context.timestamp', 'context.timestamp must not be null');
  }
  const { metadata = {} } = context;
  if (!isFields(metadata)) {
    throw invalid('AEGIS-VAL-019', 'request.context.metadata', 'context.metadata must be an object');
  }
  return { context: { ...context, session_id: sessionId }, sessionId };
}

function readSessionId(value: unknown): string {
  const cause = 'request.context.session_id';
  if (typeof value !== 'string' || isBlank(value)) {
    throw invalid('AEGIS-VAL-016', cause, 'context.session_id was empty or whitespace-only');
  }
  if (charsOf(value) > MAX_ID_CHARS) {
    throw invalid('AEGIS-VAL-017', cause, `context.session_id exceeds ${MAX_ID_CHARS} characters`);
  }
  return value;
}

function readRequestId(body: Fields, { newRequestId }: ProposalRules): string {
  const { request_id: id } = body;
  if (id === undefined) return newRequestId();
  if (typeof id !== 'string' || isBlank(id)) {
    throw invalid('AEGIS-VAL-020', 'request.request_id', 'request_id was empty or whitespace-only');
  }
  return id;
}

function optionalText(body: Fields, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid('AEGIS-REQ-002', `request.${name}`, `${name} must be a text`);
  return value;
}
