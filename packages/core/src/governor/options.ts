import { checkNames, optionNames } from '../option-names.js';
import { checkWord } from '../plain.js';
import type { Runtime } from '../runtime.js';
import type { ProposedAction, WaitOptions } from './port.js';

/**
 * Something that went wrong around a governed action and that nobody would see otherwise.
 *
 * @example
 * ```ts
 * import type { GovernIncident } from '@sallyport/core';
 *
 * const page = (incident: GovernIncident) => process.stderr.write(`${incident.message}\n`);
 * ```
 */
export interface GovernIncident {
  /** `decide`: the action ran without a decision. `report`: its outcome did not reach the gateway. */
  readonly phase: 'decide' | 'report';
  /** True when the gateway was passed over because of `failMode: 'open'`. */
  readonly failedOpen: boolean;
  readonly action: ProposedAction;
  readonly error: unknown;
  /** One sentence, fit for a log. */
  readonly message: string;
}

/**
 * How an action is governed.
 *
 * @example
 * ```ts
 * import type { GovernOptions } from '@sallyport/core';
 *
 * const options: GovernOptions = { onPending: 'wait', maxWaitMs: 120_000 };
 * ```
 */
export interface GovernOptions extends WaitOptions {
  /**
   * What to do when a human has to agree: wait for it, or throw `ApprovalRequiredError` at once.
   * @defaultValue 'wait'
   */
  readonly onPending?: 'wait' | 'throw';
  /**
   * What to do when the gateway cannot be reached, does not answer in time or answers 5xx. `open` runs the action all the
   * same, and reports that each time through `onIncident` and `decision.failedOpen`. Nothing else ever fails open: not a
   * refused credential, not an answer that cannot be understood, not a wait for a human.
   * @defaultValue 'closed'
   */
  readonly failMode?: 'closed' | 'open';
  /**
   * Told about each fail-open and each lost report. What it throws is thrown by `govern`, before the action runs.
   * @defaultValue `process.emitWarning` with the code `SALLYPORT_INCIDENT`
   */
  readonly onIncident?: (incident: GovernIncident) => void;
  /**
   * Clock, timers and ids (`runId` and `callId`, where the action lacks them).
   * @defaultValue `systemRuntime`
   */
  readonly runtime?: Runtime;
}

/** The names of what `govern` can be told. */
export const GOVERN_OPTIONS = {
  signal: true,
  timeoutMs: true,
  deadlineMs: true,
  maxWaitMs: true,
  onPending: true,
  failMode: true,
  onIncident: true,
  runtime: true,
} as const satisfies Readonly<Record<keyof GovernOptions, true>>;

const GOVERN_NAMES = optionNames(GOVERN_OPTIONS);

/**
 * Refuses what `govern` would not understand: a misspelt word must not be read as the default.
 *
 * @throws ConfigurationError for an unknown option, or a word that `onPending` or `failMode` cannot be.
 */
export function checkGovernOptions(options: GovernOptions, taker = 'govern'): void {
  checkNames(options, GOVERN_NAMES, taker);
  checkWord('onPending', options.onPending, ['wait', 'throw']);
  checkWord('failMode', options.failMode, ['closed', 'open']);
}
