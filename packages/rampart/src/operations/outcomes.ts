import type { Operation } from '@sallyport/core';
import { zodDecoder } from '@sallyport/core/internal';
import { z } from 'zod';
import { text } from '../wire/fields.js';

/** What became of an allowed call. */
export interface OutcomeReport {
  readonly auditId: string;
  readonly status: 'ok' | 'error';
  readonly output?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly error?: string | undefined;
}

const reported = z.object({
  audit_id: z.string(),
  response: text,
  /** Whether the output may be shown: without it nothing can be told, so its absence fails the answer. */
  redacted: z.boolean(),
  message: text,
});

/** What the gateway made of an outcome. */
export type OutcomeRecord = z.infer<typeof reported>;

/** Sallyport's own addition to the protocol, announced as the feature `outcomes`. */
export const reportOutcome: Operation<OutcomeReport, OutcomeRecord> = {
  name: 'rampart.reportOutcome',
  method: 'POST',
  path: () => '/v1/outcomes',
  body: (report) => ({
    audit_id: report.auditId,
    status: report.status,
    output: report.output,
    exit_code: report.exitCode,
    duration_ms: report.durationMs,
    error: report.error,
  }),
  auth: 'token',
  retry: 'keyed',
  decode: zodDecoder(reported),
};
