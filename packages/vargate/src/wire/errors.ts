import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';

const limits = z
  .object({ rate_limit_rps: field.number, rate_limit_burst: field.number })
  .transform((body) => compact({ rateLimitRps: body.rate_limit_rps, rateLimitBurst: body.rate_limit_burst }));

/** The limits in the body of a 429, under `detail` or bare. */
export const rateLimitBody = z.union([z.object({ detail: limits }).transform(({ detail }) => detail), limits]);
