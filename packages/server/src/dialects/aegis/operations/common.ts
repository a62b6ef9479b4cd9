import { z } from 'zod';
import type { AnswerDoc } from '../../../http/openapi/operation.js';
import { errorBody } from '../responses.js';
import { outcome } from '../schemas.js';

export const json = (description: string, schema: z.ZodType): AnswerDoc => ({ description, schema });
export const failed = (description: string): AnswerDoc => json(description, errorBody);

const later = { 'retry-after': 'Seconds until it is worth trying again' };
const keyed = {
  401: failed('The API key is missing, unknown, revoked or expired.'),
  429: { ...failed('A rate limit is reached.'), headers: later },
  503: { ...failed('The audit store takes no records, or too much waits; nothing was allowed.'), headers: later },
};
export const scoped = { ...keyed, 403: failed('The API key lacks the scope.') };
export const reading = { ...scoped, 400: failed('The query is not as documented.') };
/** What reads columns is refused when those are not what the records say. */
export const auditing = { ...reading, 500: failed('The audit log was changed after it was written.') };
export const writing = {
  ...scoped,
  400: failed('The request is not as documented.'),
  409: failed('It conflicts with what is there.'),
  422: failed('The idempotency key was used for another request.'),
};
export const missing = { 404: failed('There is none.') };

const IDEMPOTENCY =
  'Names the request, in at most 255 visible characters: sent again with the same key within two minutes, it is answered ' +
  'as it was the first time and takes effect once';

/** Both names are taken. */
export const idempotent = {
  'X-Idempotency-Key': IDEMPOTENCY,
  'Idempotency-Key': `${IDEMPOTENCY}; the standard's name`,
};

export const page = { limit: z.string().optional(), cursor: z.string().optional() };
export const about = {
  actor_id: z.string().optional(),
  capability: z.string().optional(),
  outcome: outcome.optional(),
  since: z.string().optional(),
  until: z.string().optional(),
};

export const key = (scope: string) => `an API key with the scope ${scope}`;
export const ANY_KEY = 'any API key';
