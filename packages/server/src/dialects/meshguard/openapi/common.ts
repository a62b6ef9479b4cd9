import { z } from 'zod';
import type { AnswerDoc } from '../../../http/openapi/operation.js';
import { count, period as knownPeriod } from './fields.js';

export const errorBody = z.strictObject({
  error: z.string(),
  message: z.string(),
  retry_after: count.optional(),
  limit: z.string().optional(),
  traceId: z.string().optional(),
  valid: z.literal(false).optional(),
  errors: z.array(z.record(z.string(), z.unknown())).optional(),
  warnings: z.array(z.record(z.string(), z.unknown())).optional(),
});

export const json = (description: string, schema: z.ZodType): AnswerDoc => ({ description, schema });
export const failed = (description: string): AnswerDoc => json(description, errorBody);

const limited = { 429: failed('A limit is reached; `retry_after` says for how many seconds.') };
export const down = { ...limited, 503: failed('The audit log takes no records; nothing was allowed.') };
export const unauthorized = { ...down, 401: failed('The token is missing, unknown, revoked or expired.') };
export const malformed = { 400: failed('The request is not as documented.') };
export const guarded = { ...unauthorized, 403: failed('The token is for something or somebody else.') };
export const reading = { ...guarded, ...malformed };
export const finding = { ...reading, 404: failed('There is none.') };
export const writing = {
  ...reading,
  409: failed('It conflicts with what is there.'),
  413: failed('The body is too large.'),
  422: failed('The idempotency key was used for another request.'),
};
export const changing = { ...writing, 404: failed('There is none.') };

export const AGENT = "an agent's token";
export const ADMIN =
  'an admin token, as `X-Admin-Token` or bearer token; `X-MeshGuard-API-Key` chooses the organisation';
export const APPROVER = "an approver's or admin's token";
export const MEMBER = "an admin's token, or an agent's for itself";
export const KEY = "an organisation's API key, with `X-MeshGuard-Agent-Id`";

export const period = z.object({ period: knownPeriod.optional() });
export const paging = { limit: z.string().optional(), offset: z.string().optional() };
export const range = {
  from: z.string().optional().meta({ description: 'ISO 8601, inclusive' }),
  to: z.string().optional().meta({ description: 'ISO 8601, inclusive' }),
};
export const wait = z.object({ wait: z.string().optional().meta({ description: 'Seconds to wait for a resolution' }) });
