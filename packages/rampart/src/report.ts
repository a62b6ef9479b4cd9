import type { Outcome, Reported, RequestOptions } from '@sallyport/core';
import type { Caller } from '@sallyport/core/internal';
import { reportOutcome } from './operations/outcomes.js';
import type { ToolDecision } from './types/index.js';

/** Announced by servers that take a report of what became of a call. */
export const OUTCOMES = 'outcomes';

/** An output as the gateway scans it: texts as they are, the rest as JSON. */
export function scannedText(output: unknown): string | undefined {
  if (output === undefined || typeof output === 'string') return output;
  return JSON.stringify(output);
}

/** Reports an outcome under the audit id of its decision. */
export async function reportOutcomeOf(
  caller: Caller,
  auditId: string,
  outcome: Outcome,
  options: RequestOptions,
): Promise<Reported> {
  const { status, output, exitCode, durationMs, error } = outcome;
  const record = await caller.call(
    reportOutcome,
    {
      auditId,
      status,
      output: scannedText(output),
      exitCode,
      durationMs: durationMs === undefined ? undefined : Math.max(0, Math.round(durationMs)),
      error,
    },
    options,
  );
  return {
    output: record.redacted ? (record.response ?? WITHHELD) : output,
    redacted: record.redacted,
    reportId: record.audit_id,
    ...(record.message != null && { reason: record.message }),
  };
}

const WITHHELD = '[REDACTED: the gateway did not release this output]';

/**
 * What the gateway made of an output that was sent along with a repetition of its call. When the repetition itself is
 * refused, nothing was scanned, and the output stays where it is.
 */
export function scannedBy(decision: ToolDecision, output: unknown): Reported {
  const ids = decision.auditId === undefined ? {} : { reportId: decision.auditId };
  if (decision.allowed) return { output, redacted: false, ...ids };
  return { output: decision.response ?? WITHHELD, redacted: true, reason: decision.message, ...ids };
}
