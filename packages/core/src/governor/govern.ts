import { SallyportError } from '../errors/base.js';
import { ConfigurationError } from '../errors/configuration.js';
import { shown } from '../plain.js';
import { systemRuntime } from '../runtime.js';
import { type PreparedAction, prepareAction } from './action.js';
import { abortedError } from './bounded.js';
import { checkGovernOptions, type GovernIncident, type GovernOptions } from './options.js';
import type { AllowDecision, Governor, GovernorDecision, Outcome, ProposedAction, Reported } from './port.js';
import { ask, conclude, failsOpen, type Permit } from './verdict.js';

/**
 * What came of a governed action. `source` says what `output` is: `run`, what your function returned, untouched;
 * `gateway`, the result of the gateway's own execution; `redaction`, what the gateway left of your function's output.
 *
 * @example
 * ```ts
 * import type { Governed } from '@sallyport/core';
 *
 * const text = (result: Governed<string>) => (result.source === 'run' ? result.output : String(result.output));
 * ```
 */
export type Governed<T> =
  | { readonly source: 'run'; readonly output: T; readonly decision: AllowDecision; readonly report?: Reported }
  | {
      readonly source: 'redaction';
      readonly output: unknown;
      readonly decision: AllowDecision;
      readonly report: Reported;
    }
  | { readonly source: 'gateway'; readonly output: unknown; readonly decision: AllowDecision };

/**
 * Carries out one action. It gets the arguments that were decided on, deep-frozen.
 *
 * @example
 * ```ts
 * import type { Run } from '@sallyport/core';
 *
 * const run: Run<string> = (input) => `ran ${String(input['command'])}`;
 * ```
 */
export type Run<T> = (input: Readonly<Record<string, unknown>>, decision: AllowDecision) => T | Promise<T>;

function warn(incident: GovernIncident): void {
  process.emitWarning(incident.message, { type: 'SallyportWarning', code: 'SALLYPORT_INCIDENT' });
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function raise(
  options: GovernOptions,
  action: ProposedAction,
  phase: GovernIncident['phase'],
  failedOpen: boolean,
  error: unknown,
): void {
  const what = phase === 'decide' ? 'runs without a decision' : 'ran, and its outcome was not reported';
  const why = failedOpen ? " (failMode: 'open')" : '';
  const message = `Tool '${action.tool}' ${what}${why}: ${describe(error)}`;
  (options.onIncident ?? warn)({ phase, failedOpen, action, error, message });
}

function openPermit(governor: Governor, action: PreparedAction, error: unknown): Permit {
  const code = error instanceof SallyportError ? error.code : 'unknown';
  const failedOpen = { code, message: describe(error) };
  const reason = 'The gateway could not be asked; failMode is open.';
  return {
    action,
    decision: { outcome: 'allow', governor: governor.name, action, reason, native: null, failedOpen },
  };
}

async function obtain(governor: Governor, action: PreparedAction, options: GovernOptions): Promise<Permit> {
  let first: GovernorDecision;
  try {
    first = await ask(governor, action, options);
  } catch (error) {
    if (!failsOpen(error, options)) throw error;
    raise(options, action, 'decide', true, error);
    return openPermit(governor, action, error);
  }
  // Outside the catch: once the gateway asked for a human, its absence is no consent.
  return conclude(governor, first, action, options);
}

/** Reports go out whatever the caller's signal says: what happened belongs in the audit log. */
async function report(
  governor: Governor,
  { decision, action }: Permit,
  outcome: Outcome,
  options: GovernOptions,
): Promise<Reported | undefined> {
  if (decision.failedOpen || !governor.report) return undefined;
  const { timeoutMs, deadlineMs } = options;
  const limits = { ...(timeoutMs !== undefined && { timeoutMs }), ...(deadlineMs !== undefined && { deadlineMs }) };
  try {
    return await governor.report(decision, outcome, limits);
  } catch (error) {
    const failedOpen = outcome.status === 'ok' && failsOpen(error, options);
    if (outcome.status === 'ok' && !failedOpen) throw error;
    raise(options, action, 'report', failedOpen, error);
    return undefined;
  }
}

/** Refuses what could not decide, or could not run once it was decided. */
function checkParts(governor: Governor, run: Run<unknown>): void {
  if (typeof governor?.decide !== 'function') {
    throw new ConfigurationError(`govern needs a governor as its first argument, and not ${shown(governor)}.`);
  }
  if (typeof run !== 'function') {
    throw new ConfigurationError(`govern needs the function to run after the action, and not ${shown(run)}.`);
  }
}

/**
 * Runs an action only when the governor allows it: decide, wait for the human where one is asked for, run, report.
 *
 * The arguments are copied and frozen before they are decided on, and that copy is what runs. An action that the gateway
 * carried out itself is not run a second time. When an output cannot be reported it is withheld, since it may hold what
 * the gateway would have redacted (`failMode: 'open'` hands it over and says so).
 *
 * @param governor - any gateway's client as a governor, or your own.
 * @param action - what the agent wants to do; `input` must be plain JSON.
 * @param run - carries it out, with the arguments that were decided on.
 * @param options - `onPending` (`wait`), `failMode` (`closed`), `signal`, `timeoutMs`, `deadlineMs`, `maxWaitMs`.
 * @returns the output the caller may see, and the decision it rests on.
 * @throws PolicyDeniedError when policy refuses.
 * @throws ApprovalRequiredError with `onPending: 'throw'`, when a human must agree.
 * @throws ApprovalRejectedError | ApprovalTimeoutError when a human refused, or nobody answered.
 * @throws AbortedError when `signal` aborted before the run.
 * @throws SallyportError when there is no trustworthy answer; and whatever `run` throws, after it was reported.
 * @example
 * ```ts
 * import { type Governor, govern } from '@sallyport/core';
 *
 * async function read(governor: Governor, path: string): Promise<unknown> {
 *   const { output } = await govern(governor, { tool: 'read', input: { path } }, () => 'the content');
 *   return output;
 * }
 * ```
 */
export async function govern<T>(
  governor: Governor,
  action: ProposedAction,
  run: Run<T>,
  options: GovernOptions = {},
): Promise<Governed<T>> {
  checkGovernOptions(options);
  checkParts(governor, run);
  const runtime = options.runtime ?? systemRuntime;
  const prepared = prepareAction(action, () => runtime.id(), governor.defaults);
  const permitted = await obtain(governor, prepared, options);
  const { decision } = permitted;
  if (decision.execution) return { source: 'gateway', output: decision.execution.result, decision };
  if (options.signal?.aborted) throw abortedError(options.signal.reason);

  const startedAt = runtime.monotonic();
  const took = () => ({ durationMs: runtime.monotonic() - startedAt });
  let output: T;
  try {
    output = await run(permitted.action.input, decision);
  } catch (error) {
    await report(governor, permitted, { status: 'error', error: describe(error), ...took() }, options);
    throw error;
  }
  const reported = await report(governor, permitted, { status: 'ok', output, ...took() }, options);
  if (reported?.redacted) return { source: 'redaction', output: reported.output, decision, report: reported };
  return { source: 'run', output, decision, ...(reported && { report: reported }) };
}
