import type { ErrorDecoder } from '@sallyport/core';
import { httpError } from '@sallyport/core/internal';

/** A secret as it is, and as JSON and URLs spell it. */
const spellings = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
];

/**
 * Gateways repeat a request that they find faulty, the secret in it included: an answer that holds it, whole or as the
 * `input` of a fault, becomes an error without a body.
 */
export const withoutSecret =
  (secret: string): ErrorDecoder =>
  (body, context) => {
    const text = JSON.stringify(body) ?? '';
    const repeats = text.includes('"input"') || spellings(secret).some((spelling) => text.includes(spelling));
    if (!repeats) return undefined;
    // Headers of such an answer are not read by anyone, and may repeat it as well.
    return httpError(undefined, { ...context, headers: {} });
  };
