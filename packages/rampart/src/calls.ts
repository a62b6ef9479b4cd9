import type { CallPromise, RequestOptions } from '@sallyport/core';
import { type Caller, mapCall } from '@sallyport/core/internal';
import { evaluate, type PreflightCall, preflight, type ToolCall } from './operations/decisions.js';
import type { DefaultIdentity } from './settings.js';
import type { EvaluateOptions, PreflightDecision, PreflightOptions, ToolDecision } from './types/index.js';

/** Milliseconds of one attempt where nobody says otherwise; a held call gets its waiting time on top. */
const DEFAULT_TIMEOUT_MS = 30_000;

type Params = Readonly<Record<string, unknown>>;

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

  evaluate(tool: string, params: Params, options: EvaluateOptions = {}): CallPromise<ToolDecision> {
    const call: ToolCall = this.#complete(tool, params, options);
    const asked = { tool, runId: call.runId, toolCallId: call.toolCallId };
    return mapCall(this.caller.call(evaluate, call, this.#held(options)), (answer) => ({ ...asked, ...answer }));
  }

  preflight(tool: string, params: Params, options: PreflightOptions = {}): CallPromise<PreflightDecision> {
    const call: PreflightCall = { ...options, ...this.#complete(tool, params, options) };
    return mapCall(this.caller.call(preflight, call, options), (answer) => ({ tool, ...answer }));
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
