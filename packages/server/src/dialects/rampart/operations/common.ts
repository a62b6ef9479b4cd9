import type { z } from 'zod';
import type { AnswerDoc } from '../../../http/openapi/operation.js';
import { errorBody } from '../responses.js';

export const json = (description: string, schema: z.ZodType): AnswerDoc => ({ description, schema });
export const failed = (description: string): AnswerDoc => json(description, errorBody);

const unauthorised = { 401: failed('The token is missing, unknown, revoked or expired.') };
export const forbidden = { ...unauthorised, 403: failed('The token lacks the scope.') };
export const badRequest = { 400: failed('The request is not as documented.') };
const storageDown = { 503: failed('The store does not take records; nothing was allowed.') };
export const reading = { ...forbidden, ...storageDown };
/** What reads columns is refused when those are not what the records say. */
export const auditing = { ...reading, 500: failed('The log does not verify; the record is named.') };
export const writing = {
  ...forbidden,
  ...badRequest,
  409: failed('Somebody else was first.'),
  422: failed('The idempotency key was used for another request.'),
  ...storageDown,
};
export const unwritten = { 500: failed('The policy file could not be written or loaded.') };

const IDEMPOTENCY =
  'Names the request, in at most 255 visible characters: sent again with the same key within two minutes, it is answered ' +
  'as it was the first time and takes effect once';

/** Both names are taken. */
export const keyed = { 'Idempotency-Key': IDEMPOTENCY, 'X-Idempotency-Key': `${IDEMPOTENCY}; the older name` };

export const EVAL = 'a token with eval scope';
export const ADMIN = 'a token with admin scope';
export const APPROVER = "an approver's token, or one with admin scope";
