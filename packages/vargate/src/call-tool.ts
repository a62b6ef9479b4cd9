import { type CallPromise, ConfigurationError } from '@sallyport/core';
import { checkJson, checkNames, checkPlainObject, mapCall, shown } from '@sallyport/core/internal';
import { pythonJson } from '@sallyport/verify';
import { type Connection, checked } from './connection.js';
import { PolicyDeniedError } from './errors.js';
import { callTool } from './operations/calls.js';
import { CALL_NAMES } from './option-names.js';
import { resolveAgent } from './settings.js';
import type { AllowedCall, CallToolOptions, PendingCall, ToolCallResult } from './types/index.js';

type Params = Readonly<Record<string, unknown>>;

const TOOL = /^[\w.:/-]{1,256}$/;
const METHOD = /^[\w.-]{1,128}$/;
/** Characters, as Python would write the params. */
const MAX_PARAMS = 65_536;

function checkName(name: string, value: unknown, pattern: RegExp, says: string): void {
  if (typeof value === 'string' && pattern.test(value)) return;
  throw new ConfigurationError(`${name} must be ${says}, and not ${shown(value)}.`);
}

function checkCall(tool: string, method: string, params: Params, options: CallToolOptions): void {
  checkName('tool', tool, TOOL, '1 to 256 of A-Z a-z 0-9 _ - . : /');
  checkName('method', method, METHOD, '1 to 128 of A-Z a-z 0-9 _ - .');
  checkPlainObject('params', params);
  checkNames(options, CALL_NAMES, 'vargate.callTool');
  checkJson('params', params);
  const { length } = pythonJson(params);
  if (length <= MAX_PARAMS) return;
  throw new ConfigurationError(`params are ${length} characters of JSON: the gateway takes ${MAX_PARAMS}.`);
}

/** Asks about a tool call. A refusal is an answer. */
export function ask(
  connection: Connection,
  tool: string,
  method: string,
  params: Params,
  options: CallToolOptions = {},
): CallPromise<ToolCallResult> {
  return checked(() => {
    checkCall(tool, method, params, options);
    const { agent, isBusinessHours, ...request } = options;
    const call = { tool, method, params, agent: resolveAgent(agent, connection.agent), isBusinessHours };
    return connection.call(callTool({ tool, method }), call, request);
  });
}

/** Asks, and throws a refusal. */
export function askOrThrow(
  connection: Connection,
  ...[tool, method, params, options]: [tool: string, method: string, params: Params, options?: CallToolOptions]
): CallPromise<AllowedCall | PendingCall> {
  return mapCall(ask(connection, tool, method, params, options), (result, { requestId }) => {
    if (result.outcome !== 'denied') return result;
    throw new PolicyDeniedError(result, { gateway: 'vargate', operation: 'vargate.governedToolCall', requestId });
  });
}
