import { createHmac, timingSafeEqual } from 'node:crypto';
import { VerificationError } from '../errors.js';
import { rawBody } from './payload.js';

/** A secret shared with the sender: text is taken as its UTF-8 bytes, and hex is not decoded. */
export type HmacSecret = string | Uint8Array;

/** A delivery signed with a plain HMAC. */
export interface HmacDelivery {
  /** As received, before any parsing. */
  readonly body: string | Uint8Array;
  /** The value of the signature header: `sha256=` and 64 hex digits, or the digits alone. */
  readonly signature: string | undefined;
  /** Several while a secret is being rotated. */
  readonly secret: HmacSecret | readonly HmacSecret[];
}

const PREFIX = 'sha256=';
const SIGNATURE = /^(?:sha256=)?([0-9a-f]{64})$/i;

function digest(body: Uint8Array, secret: HmacSecret): Buffer {
  if (secret.length > 0) return createHmac('sha256', secret).update(body).digest();
  throw new VerificationError('missing_key', 'the secret is empty: give the one from your configuration');
}

/**
 * Signs a body with a plain HMAC-SHA256: the value of a header such as `X-Vargate-Signature`.
 *
 * @throws VerificationError `body_not_raw` or `missing_key`.
 * @example
 * ```ts
 * import { signHmac } from '@sallyport/verify';
 *
 * signHmac('{"event":"test.ping"}', 'the shared secret'); // sha256=…
 * ```
 */
export const signHmac = (body: string | Uint8Array, secret: HmacSecret): string =>
  PREFIX + digest(rawBody(body), secret).toString('hex');

/**
 * Verifies a delivery signed with a plain HMAC-SHA256. Nothing in it says when it was sent: remember what was handled.
 *
 * @throws VerificationError `missing_header`, `malformed_header`, `body_not_raw`, `missing_key` or `bad_signature`.
 * @example
 * ```ts
 * import { verifyHmac } from '@sallyport/verify';
 *
 * function receive(rawBody: Buffer, headers: Record<string, string | undefined>, secret: string): void {
 *   verifyHmac({ body: rawBody, signature: headers['x-vargate-signature'], secret });
 * }
 * ```
 */
export function verifyHmac({ body, signature, secret }: HmacDelivery): void {
  if (!signature) {
    throw new VerificationError('missing_header', 'the delivery has no signature: pass the value of its header');
  }
  const [, hex] = SIGNATURE.exec(signature) ?? [];
  if (!hex) {
    throw new VerificationError(
      'malformed_header',
      'the signature is not "sha256=" and 64 hex digits: for "v1,…" use verifyWebhook',
    );
  }
  const bytes = rawBody(body);
  const secrets = typeof secret === 'string' || secret instanceof Uint8Array ? [secret] : secret;
  if (secrets.length === 0) throw new VerificationError('missing_key', 'no secret is given: configure one');
  const stated = Buffer.from(hex, 'hex');
  if (secrets.map((each) => timingSafeEqual(digest(bytes, each), stated)).includes(true)) return;
  throw new VerificationError(
    'bad_signature',
    'the signature does not fit: pass the body as received, not parsed and printed again, and this endpoint’s secret',
  );
}
