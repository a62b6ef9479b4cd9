import {
  ApprovalRequiredError,
  ApprovalTimeoutError,
  type GovernOptions,
  type Governor,
  govern,
  type Outcome,
  PolicyError,
} from '@sallyport/core';
import { checkNames, checkOptionalText, checkText, checkWord } from '@sallyport/core/internal';
import type { RampartGovernor } from './governor.js';
import { governOptions, SAFE_EXEC_NAMES } from './option-names.js';
import { runShell, type ShellResult } from './shell.js';
import type { CallIdentity } from './types/index.js';

/**
 * How a command is asked about and run.
 *
 * @example
 * ```ts
 * import type { SafeExecOptions } from '@sallyport/rampart';
 *
 * const options: SafeExecOptions = { cwd: '/srv/app', onPending: 'wait', maxWaitMs: 120_000, runTimeoutMs: 60_000 };
 * ```
 */
export interface SafeExecOptions extends Omit<GovernOptions, 'onPending'>, CallIdentity {
  /**
   * What to do when a human has to agree: return `{ blocked: true, reason, approvalId }` at once, or wait.
   * @defaultValue 'return'
   */
  readonly onPending?: 'return' | 'wait';
  /** The directory the command runs in; policies see it. */
  readonly cwd?: string;
  /**
   * The command's whole environment.
   * @defaultValue the process's own, without `RAMPART_TOKEN` and `SALLYPORT_MASTER_KEY` (in any spelling of upper and lower case)
   */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds for each attempt of asking the gateway. It does not bound the command: `runTimeoutMs` does. */
  readonly timeoutMs?: number;
  /**
   * Milliseconds after which the command is ended, with all that it has started (on Windows: the shell alone).
   * @defaultValue no limit
   */
  readonly runTimeoutMs?: number;
  /**
   * Milliseconds between SIGTERM and SIGKILL, when the command is ended by `runTimeoutMs` or `signal`.
   * @defaultValue `2_000`
   */
  readonly killGraceMs?: number;
  /**
   * Bytes of standard output, and as many of standard error, that are kept; the rest is read and dropped.
   * @defaultValue `262_144` (256 KiB)
   */
  readonly maxOutputBytes?: number;
}

/**
 * What came of a command: it was blocked, or it ran.
 *
 * @example
 * ```ts
 * import { RampartClient, type SafeExecResult } from '@sallyport/rampart';
 *
 * const result: SafeExecResult = await new RampartClient().safeExec('git status');
 * process.stdout.write(result.blocked ? `blocked: ${result.reason}\n` : result.output);
 * ```
 */
export type SafeExecResult =
  | {
      readonly blocked: true;
      /** Why, in the policy's words. */
      readonly reason: string;
      /** The approval that would let it run, or that nobody answered in time. */
      readonly approvalId?: string;
      /** What could be done about it, where the gateway says. */
      readonly suggestions?: readonly string[];
    }
  | {
      readonly blocked: false;
      /** Standard output; the gateway's redaction of all output where a rule withheld it. */
      readonly output: string;
      readonly stderr: string;
      /** 128 and the signal's number when a signal ended it. */
      readonly exitCode: number;
      /** True when the gateway withheld the output. */
      readonly redacted?: true;
      /** True when `maxOutputBytes` cut the output off. */
      readonly truncated?: true;
    };

const DEFAULT_MAX_OUTPUT_BYTES = 262_144;
const DEFAULT_KILL_GRACE_MS = 2_000;

const isShellResult = (value: unknown): value is ShellResult =>
  typeof value === 'object' && value !== null && 'output' in value && 'stderr' in value && 'exitCode' in value;

/** A command's outcome as policies scan it: everything it printed, and its exit code beside it. */
function asPrinted(outcome: Outcome): Outcome {
  if (!isShellResult(outcome.output)) return outcome;
  const { output, stderr, exitCode } = outcome.output;
  return { ...outcome, exitCode, output: stderr === '' ? output : `${output}\n${stderr}` };
}

function reportingPrinted(governor: RampartGovernor): Governor {
  return {
    name: governor.name,
    defaults: governor.defaults,
    decide: (action, options) => governor.decide(action, options),
    settle: (pending, options) => governor.settle(pending, options),
    report: (decision, outcome, options) => governor.report(decision, asPrinted(outcome), options),
  };
}

function suggestionsOf(decision: unknown): readonly string[] {
  const listed: unknown =
    typeof decision === 'object' && decision !== null ? Reflect.get(decision, 'suggestions') : undefined;
  return Array.isArray(listed) ? listed.filter((item) => typeof item === 'string') : [];
}

/** After a refusal by a human its approval is of no use any more. */
const NAMES_APPROVAL = [ApprovalRequiredError, ApprovalTimeoutError];

function blockedBy(error: PolicyError): SafeExecResult {
  const { reason, approvalId } = error;
  const suggestions = suggestionsOf(error.decision);
  return {
    blocked: true,
    reason,
    ...(NAMES_APPROVAL.some((type) => error instanceof type) && approvalId !== undefined && { approvalId }),
    ...(suggestions.length > 0 && { suggestions }),
  };
}

/** Refuses what could not be run as it was asked for, before anybody is asked about it. */
function checkRun(command: string, options: SafeExecOptions): void {
  checkText('command', command);
  checkNames(options, SAFE_EXEC_NAMES, 'safeExec');
  checkWord('onPending', options.onPending, ['return', 'wait']);
  checkOptionalText('cwd', options.cwd);
}

/** Asks about a command and runs it when it may; see `RampartClient.safeExec`. */
export async function safeExec(
  governor: RampartGovernor,
  command: string,
  options: SafeExecOptions,
): Promise<SafeExecResult> {
  checkRun(command, options);
  const { onPending, cwd, agent, session, runId, toolCallId } = options;
  const { maxOutputBytes = DEFAULT_MAX_OUTPUT_BYTES, killGraceMs = DEFAULT_KILL_GRACE_MS } = options;
  const who = { ...(agent && { agent }), ...(session && { session }), ...(runId && { runId }) };
  const action = {
    tool: 'exec',
    input: { command, ...(cwd !== undefined && { workdir: cwd }) },
    ...who,
    ...(toolCallId && { callId: toolCallId }),
  };
  let exitCode = 0;
  const run = async (input: Readonly<Record<string, unknown>>) => {
    const result = await runShell(String(input['command']), { ...options, maxOutputBytes, killGraceMs });
    exitCode = result.exitCode;
    return result;
  };
  try {
    const ran = await govern(reportingPrinted(governor), action, run, {
      ...governOptions({ ...options, onPending: 'throw' }),
      onPending: onPending === 'wait' ? 'wait' : 'throw',
    });
    if (ran.source === 'run') {
      const { truncated, ...shown } = ran.output;
      return { blocked: false, ...shown, ...(truncated && { truncated }) };
    }
    return { blocked: false, output: String(ran.output), stderr: '', exitCode, redacted: true };
  } catch (error) {
    if (error instanceof PolicyError) return blockedBy(error);
    throw error;
  }
}
