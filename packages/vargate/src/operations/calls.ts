import { type DecodeContext, type Operation, ResponseValidationError } from '@sallyport/core';
import { httpError, zodDecoder } from '@sallyport/core/internal';
import { decodeEngineDown } from '../errors.js';
import { CALL_NAMES } from '../option-names.js';
import type { Agent } from '../settings.js';
import type { ToolCallResult } from '../types/index.js';
import { type Asked, allowedCall, deniedCall, pendingCall } from '../wire/calls.js';

/** One tool call, complete. */
export interface ToolCall extends Asked {
  readonly agent: Agent;
  readonly params: Readonly<Record<string, unknown>>;
  readonly isBusinessHours?: boolean | undefined;
}

const decodeAllowed = zodDecoder(allowedCall);
const decodePending = zodDecoder(pendingCall);
const decodeDenied = zodDecoder(deniedCall);

/** A 403 may also be about the key: only a refusal by policy says so in its detail. */
const isRefusal = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  'detail' in body &&
  typeof body.detail === 'object' &&
  body.detail !== null &&
  'status' in body.detail;

function decode(body: unknown, context: DecodeContext, { tool, method }: Asked): ToolCallResult {
  const { status, operation, requestId } = context;
  if (status === 200) return { tool, method, ...decodeAllowed(body, context) };
  if (status === 202) return { tool, method, ...decodePending(body, context) };
  if (status === 403 && isRefusal(body)) return { tool, method, ...decodeDenied(body, context) };
  if (status === 403) throw httpError(body, context);
  throw new ResponseValidationError(`The status ${status} is no answer to ${operation}: nothing was decided.`, {
    operation,
    status,
    requestId,
    path: 'status',
  });
}

/** Asks about one tool call. */
export const callTool = (asked: Asked): Operation<ToolCall, ToolCallResult> => ({
  name: 'vargate.callTool',
  method: 'POST',
  path: () => '/mcp/tools/call',
  body: ({ agent, tool, method, params, isBusinessHours }) => ({
    agent_id: agent.id,
    agent_type: agent.type,
    agent_version: agent.version,
    tool,
    method,
    params,
    context_override: isBusinessHours === undefined ? undefined : { is_business_hours: isBusinessHours },
  }),
  auth: 'tenant',
  // Each call counts, and may be carried out by the gateway: it is repeated only under a key.
  retry: 'keyed',
  results: [403],
  options: CALL_NAMES,
  decode: (body, context) => decode(body, context, asked),
  errors: [decodeEngineDown],
});
