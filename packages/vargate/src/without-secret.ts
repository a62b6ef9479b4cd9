import type { ErrorDecoder } from '@sallyport/core';
import { httpError } from '@sallyport/core/internal';
import { z } from 'zod';

/** What an error says, without what it says it about. */
const said = z.object({
  detail: z.union([
    z.string(),
    z
      .array(z.object({ loc: z.array(z.union([z.string(), z.number()])).optional(), msg: z.string() }))
      .transform((faults) =>
        faults.map(({ loc = [], msg }) => [loc.join('.'), msg].filter(Boolean).join(': ')).join('; '),
      ),
  ]),
});

/** Its beginning is enough to give it away. */
const TELLING = 8;

/** JSON within JSON escapes it again and again. */
const plain = (text: string): string => text.replaceAll('\\', '');

/**
 * Gateways repeat a request that they find faulty, the secret in it included. Of such an answer only the sentence is kept,
 * and not even that when some of the secret is in it; headers may repeat it as well.
 */
export const withoutSecret =
  (secret: string): ErrorDecoder =>
  (body, context) => {
    const { success, data } = said.safeParse(body);
    const telling = plain(secret).slice(0, TELLING);
    const kept = success && !plain(data.detail).includes(telling) ? { detail: data.detail } : undefined;
    return httpError(kept, { ...context, headers: {} });
  };
