import { type DecodeContext, type Operation, ResponseValidationError } from '@sallyport/core';
import { httpError, path, zodDecoder } from '@sallyport/core/internal';
import { EVALUATE_NAMES, PREFLIGHT_NAMES } from '../option-names.js';
import type { Identity } from '../settings.js';
import type { EvaluateOptions, PreflightOptions } from '../types/index.js';
import { type PreflightAnswer, preflightAnswer, type ToolAnswer, toolAnswer } from '../wire/decisions.js';
import { ownerBody } from './owner.js';

/** What the gateway's documents let an SDK read of a decision. */
export const MAX_DECISION_BYTES = 1024 * 1024;
/** A scanned output comes back within its decision: a body of 1 MiB, JSON spelling a character with up to six bytes. */
const MAX_SCANNED_BYTES = 7 * MAX_DECISION_BYTES;

type Sent = Pick<
  EvaluateOptions,
  'input' | 'command' | 'path' | 'url' | 'workdir' | 'cwd' | 'response' | 'approvalOwner'
>;

/** One tool call, its identity complete. */
export interface ToolCall extends Identity, Sent {
  readonly tool: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** One preview. */
export interface PreflightCall extends ToolCall, Pick<PreflightOptions, 'enforce' | 'verification'> {}

const callBody = (call: ToolCall) => ({
  agent: call.agent,
  session: call.session,
  run_id: call.runId,
  tool_call_id: call.toolCallId,
  params: call.params,
  input: call.input,
  command: call.command,
  path: call.path,
  url: call.url,
  workdir: call.workdir,
  cwd: call.cwd,
  response: call.response,
  approval_owner: call.approvalOwner && ownerBody(call.approvalOwner),
});

const decodeTool = zodDecoder(toolAnswer);

const saysDecision = (body: unknown): boolean => typeof body === 'object' && body !== null && 'decision' in body;

/** A refusal comes with 403, and so does a token that may not ask: only the first has a decision in it. */
function decodeToolAnswer(body: unknown, context: DecodeContext): ToolAnswer {
  if (context.status === 403 && !saysDecision(body)) throw httpError(body, context);
  const answer = decodeTool(body, context);
  if (answer.allowed && context.status !== 200) {
    const { operation, status, requestId } = context;
    throw new ResponseValidationError(
      `The answer to ${operation} says "${answer.decision}" with status ${status}, which is no permission.`,
      { operation, status, requestId, path: 'decision' },
    );
  }
  return answer;
}

export const evaluate: Operation<ToolCall, ToolAnswer> = {
  name: 'rampart.evaluate',
  method: 'POST',
  path: ({ tool }) => path`/v1/tool/${tool}`,
  body: callBody,
  auth: 'token',
  retry: 'keyed',
  results: [403],
  maxResponseBytes: MAX_DECISION_BYTES,
  options: EVALUATE_NAMES,
  decode: decodeToolAnswer,
};

export const evaluateOutput: Operation<ToolCall, ToolAnswer> = { ...evaluate, maxResponseBytes: MAX_SCANNED_BYTES };

export const preflight: Operation<PreflightCall, PreflightAnswer> = {
  name: 'rampart.preflight',
  method: 'POST',
  path: ({ tool }) => path`/v1/preflight/${tool}`,
  body: (call) => ({ ...callBody(call), enforce: call.enforce, verification: call.verification }),
  auth: 'token',
  retry: 'keyed',
  maxResponseBytes: MAX_DECISION_BYTES,
  options: PREFLIGHT_NAMES,
  decode: zodDecoder(preflightAnswer),
};
