import { z } from 'zod';

/** JSON's `null` and a missing field both stand for the default, as in the decoder that the protocol was made with. */
const text = z.string('must be a string').nullish();
const flag = z.boolean('must be a boolean').nullish();

/** Kept as it came, own keys and all: a schema that copies would drop keys that a policy has to see. */
const map = z.custom<Record<string, unknown>>(isObject, 'must be an object').meta({ type: 'object' }).nullish();

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const approvalOwner = z
  .object({
    host: text,
    mode: text,
    surface: text,
    supports_exact_resume: flag,
    supports_allow_always: flag,
    supports_result_callback: flag,
  })
  .nullish();

/** Body of `POST /v1/tool/{toolName}` and `POST /v1/preflight/{toolName}`. No field is required. */
export const decisionRequest = z.object({
  agent: text,
  session: text,
  run_id: text,
  tool_call_id: text,
  params: map,
  input: map,
  command: text,
  path: text,
  url: text,
  workdir: text,
  cwd: text,
  response: text,
  enforce: flag,
  verification: flag,
  approval_owner: approvalOwner,
  openclaw_hosted: flag,
  skip_pending_approval: flag,
});

/** Body of `POST /v1/approvals`. */
export const createApprovalRequest = z.object({
  tool: text,
  command: text,
  path: text,
  agent: text,
  message: text,
  run_id: text,
});

/** Body of `POST /v1/approvals/{id}/resolve`. `approved` missing means denied. */
export const resolveRequest = z.object({
  approved: flag,
  resolved_by: text,
  persist: flag,
  reason: text,
});

/** Body of `POST /v1/approvals/bulk-resolve`. */
export const bulkResolveRequest = z.object({
  agent: text,
  session: text,
  run_id: text,
  action: text,
  scope: text,
  ids: z.array(z.string('must be a string'), 'must be an array').nullish(),
  resolved_by: text,
});

/** Body of `POST /v1/hosted-approvals/{auditID}/resolve`. */
export const hostedOutcomeRequest = z.object({
  outcome: text,
  scope: text,
  agent: text,
  session: text,
  run_id: text,
  tool: text,
  tool_call_id: text,
  host_approval_id: text,
  approval_owner: approvalOwner,
  resolved_by: text,
  resolved_at: text,
  message: text,
});

/** Body of `POST /v1/rules/learn`. */
export const learnRequest = z.object({
  tool: text,
  args: text,
  decision: text,
  source: text,
  agent: text,
  session: text,
});

/** Body of `POST /v1/test`. */
export const testRequest = z.object({
  command: text,
  tool: text,
  agent: text,
  session: text,
});

/** Body of `POST /v1/outcomes`: what became of a call that was decided on. Times are whole milliseconds. */
export const outcomeRequest = z.object({
  audit_id: z.string('must be a string').min(1, 'is required').max(128, 'is too long'),
  status: z.enum(['ok', 'error'], 'must be "ok" or "error"'),
  output: text,
  exit_code: z.int('must be a whole number').nullish(),
  duration_ms: z.int('must be a whole number').nonnegative('must not be negative').nullish(),
  error: text,
});
/** What became of a call. */
export type OutcomeReport = z.infer<typeof outcomeRequest>;
