import type { CallPromise, RequestOptions } from '@sallyport/core';
import {
  type Caller,
  checkJson,
  checkNames,
  checkPlainObject,
  checkText,
  mapCall,
  type OptionNames,
} from '@sallyport/core/internal';
import { checked } from './errors.js';
import { checkNoNul } from './nul.js';
import { evaluate, evaluateOutput, type PreflightCall, preflight, type ToolCall } from './operations/decisions.js';
import { EVALUATE_NAMES, PREFLIGHT_NAMES } from './option-names.js';
import type { DefaultIdentity } from './settings.js';
import type { EvaluateOptions, PreflightDecision, PreflightOptions, ToolDecision } from './types/index.js';

/** Milliseconds of one attempt where nobody says otherwise; a held call gets its waiting time on top. */
const DEFAULT_TIMEOUT_MS = 30_000;

type Params = Readonly<Record<string, unknown>>;

function commandParams(command: string): Params {
  checkText('command', command);
  return { command };
}

/** Refuses a call about nothing, or about something else than what runs: what JSON cannot carry would be left out or changed. */
function checkInput(
  tool: string,
  params: Params,
  options: EvaluateOptions | PreflightOptions,
  known: OptionNames,
): void {
  checkText('toolName', tool);
  checkPlainObject('params', params);
  checkNames(options, known, `A call of '${tool}'`);
  checkSendable('params', params);
  if (options.input !== undefined) checkSendable('input', options.input);
  for (const [name, value] of Object.entries(options)) {
    // Nothing is bound to an output: gateways read it as well as it goes.
    if (typeof value === 'string' && name !== 'response') checkSendable(name, value);
  }
}

function checkSendable(name: string, value: unknown): void {
  checkJson(name, value);
  checkNoNul(name, value);
}

/** Asks about tool calls: completes who asks, and tells what was asked beside the answer. */
export class Calls {
  readonly caller: Caller;
  readonly identity: DefaultIdentity;
  readonly timeoutMs: number;

  constructor(caller: Caller, identity: DefaultIdentity, timeoutMs = DEFAULT_TIMEOUT_MS) {
    this.caller = caller;
    this.identity = identity;
    this.timeoutMs = timeoutMs;
  }

  exec(command: string, options?: EvaluateOptions): CallPromise<ToolDecision> {
    return checked(() => this.evaluate('exec', commandParams(command), options));
  }

  evaluate(tool: string, params: Params, options: EvaluateOptions = {}): CallPromise<ToolDecision> {
    return checked(() => {
      checkInput(tool, params, options, EVALUATE_NAMES);
      const call: ToolCall = this.#complete(tool, params, options);
      const asked = { tool, runId: call.runId, toolCallId: call.toolCallId };
      const operation = options.response === undefined ? evaluate : evaluateOutput;
      return mapCall(this.caller.call(operation, call, this.#held(options)), (answer) => ({ ...asked, ...answer }));
    });
  }

  preflightExec(command: string, options?: PreflightOptions): CallPromise<PreflightDecision> {
    return checked(() => this.preflight('exec', commandParams(command), options));
  }

  preflight(tool: string, params: Params, options: PreflightOptions = {}): CallPromise<PreflightDecision> {
    return checked(() => {
      checkInput(tool, params, options, PREFLIGHT_NAMES);
      const call: PreflightCall = { ...options, ...this.#complete(tool, params, options) };
      return mapCall(this.caller.call(preflight, call, options), (answer) => ({ tool, ...answer }));
    });
  }

  #complete(tool: string, params: Params, options: EvaluateOptions | PreflightOptions): ToolCall {
    const { agent, session, runId } = this.identity;
    return {
      ...options,
      tool,
      params,
      agent: options.agent ?? agent,
      session: options.session ?? session,
      runId: options.runId ?? runId,
      toolCallId: options.toolCallId ?? this.caller.runtime.id(),
    };
  }

  /** Asks the server to hold the answer (RFC 7240), and waits for it that much longer. */
  #held(options: EvaluateOptions): RequestOptions {
    const { preferWaitMs, timeoutMs = this.timeoutMs } = options;
    if (preferWaitMs === undefined) return options;
    const prefer = `wait=${Math.ceil(preferWaitMs / 1000)}`;
    return { ...options, headers: { prefer, ...options.headers }, timeoutMs: timeoutMs + preferWaitMs };
  }
}
