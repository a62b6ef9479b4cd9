import type { Outcome, Reported, RequestOptions } from '@sallyport/core';
import type { Caller } from '@sallyport/core/internal';
import { reportOutcome } from './operations/outcomes.js';
import type { ToolDecision } from './types/index.js';

/** Announced by servers that take a report of what became of a call. */
export const OUTCOMES = 'outcomes';

/** A request's body may have 1 MiB; this much of it may be the output. */
const MAX_OUTPUT_BYTES = 1_000_000;
/** What a gateway keeps of an error's message. */
const MAX_ERROR_CHARS = 4096;

/** An output as the gateway scans it, or why it cannot: then it may not be shown either. */
export type Scannable = { readonly text: string | undefined } | { readonly why: string };

/** Texts are scanned as they are, bytes as UTF-8, the rest as JSON. */
export function scannable(output: unknown): Scannable {
  let text: string | undefined;
  try {
    text = textOf(output);
  } catch {
    return { why: 'it cannot be written as JSON' };
  }
  if (text !== undefined && isTooLarge(text)) return { why: 'it is larger than 1 MB' };
  // Gateways refuse half a surrogate pair, and no rule could match it.
  return { text: text?.toWellFormed() };
}

function textOf(output: unknown): string | undefined {
  if (output === undefined || typeof output === 'string') return output;
  if (output instanceof Uint8Array) return Buffer.from(output).toString('utf8');
  return JSON.stringify(output);
}

/** JSON spells a control character with six bytes. */
function isTooLarge(text: string): boolean {
  return text.length * 6 > MAX_OUTPUT_BYTES && Buffer.byteLength(JSON.stringify(text)) > MAX_OUTPUT_BYTES;
}

/** Reports an outcome under the audit id of its decision; an output that cannot be scanned stays out of the report. */
export async function reportOutcomeOf(
  caller: Caller,
  auditId: string,
  outcome: Outcome,
  options: RequestOptions,
): Promise<Reported> {
  const { status, output, exitCode, durationMs, error } = outcome;
  const scanned = scannable(output);
  const record = await caller.call(
    reportOutcome,
    {
      auditId,
      status,
      output: 'why' in scanned ? undefined : scanned.text,
      exitCode,
      durationMs: durationMs === undefined ? undefined : Math.max(0, Math.round(durationMs)),
      error: error?.slice(0, MAX_ERROR_CHARS),
    },
    options,
  );
  if ('why' in scanned) return { ...withheld(scanned.why), reportId: record.audit_id };
  return {
    output: record.redacted ? (record.response ?? WITHHELD) : output,
    redacted: record.redacted,
    reportId: record.audit_id,
    ...(record.message != null && { reason: record.message }),
  };
}

/** What is handed over instead of an output that could not be scanned. */
export function withheld(why: string): Reported {
  return {
    output: `[REDACTED: the gateway could not scan this output, because ${why}]`,
    redacted: true,
    reason: `The output could not be scanned, because ${why}; failing closed.`,
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
