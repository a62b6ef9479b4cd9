import { fromBase64, fromDecimal } from '../encoding.js';
import { VerificationError } from '../errors.js';
import { toIndex } from '../merkle/index-range.js';
import { type WebhookKey, webhookKey } from './keys.js';
import { rawBody, requireHeader, type WebhookHeaders } from './payload.js';

/** A delivery as it arrived. */
export interface WebhookDelivery {
  readonly headers: WebhookHeaders;
  /** As received, before any parsing. */
  readonly body: string | Uint8Array;
  /** `whsec_…` secrets and `whpk_…` public keys from your configuration; several while one is being rotated. */
  readonly keys: string | readonly string[];
  /** The time now, in milliseconds since 1970: `Date.now()`. */
  readonly nowMs: number;
  /**
   * How far the delivery's time may be from now, either way. 0 allows no difference at all.
   *
   * @defaultValue 300
   */
  readonly toleranceSeconds?: number;
}

/** What the verified headers say. Handle each `id` once: a retry carries the same. */
export interface WebhookStamp {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** A delivery to sign. */
export interface WebhookMessage extends WebhookStamp {
  readonly body: string | Uint8Array;
  /** `whsec_…` secrets and `whsk_…` private keys; each adds a signature. */
  readonly keys: string | readonly string[];
}

/** The headers that a signed delivery carries. */
export type SignedWebhookHeaders = {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
};

const DEFAULT_TOLERANCE_SECONDS = 300;
// In seconds this is the year 5138; a time in milliseconds is above it since 1973.
const SURELY_MILLISECONDS = 1e11;

const content = ({ id, timestamp }: WebhookStamp, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);

function keysOf(keys: string | readonly string[]): WebhookKey[] {
  const list = typeof keys === 'string' ? [keys] : keys;
  if (list.length > 0) return list.map(webhookKey);
  throw new VerificationError('missing_key', 'no key is given: give the endpoint’s secret from your configuration');
}

function checkTime(timestamp: number, { nowMs, toleranceSeconds = DEFAULT_TOLERANCE_SECONDS }: WebhookDelivery): void {
  const ageSeconds = nowMs / 1000 - timestamp;
  if (ageSeconds > toleranceSeconds) {
    throw new VerificationError(
      'timestamp_too_old',
      `the delivery is ${Math.round(ageSeconds)} s old, over ${toleranceSeconds} s: it is a replay, or this clock is fast`,
    );
  }
  // Written so that a clock that is no number refuses as well.
  if (!(ageSeconds >= -toleranceSeconds)) {
    const mistake =
      timestamp > SURELY_MILLISECONDS ? 'it is in milliseconds, not seconds' : 'one of the clocks is wrong';
    throw new VerificationError('timestamp_too_new', `the delivery's time is ahead of now: ${mistake}`);
  }
}

function signaturesOf(header: string): { version: string; signature: Buffer | undefined }[] {
  return header.split(' ').map((token) => {
    const comma = token.indexOf(',');
    if (comma < 0) {
      throw new VerificationError(
        'malformed_header',
        'webhook-signature is not a list of "v1,base64": for "sha256=…" use verifyHmac',
      );
    }
    return { version: token.slice(0, comma), signature: fromBase64(token.slice(comma + 1)) };
  });
}

/**
 * Verifies a delivery by the Standard Webhooks specification: `v1` (HMAC-SHA256) and `v1a` (Ed25519) signatures, of
 * which one has to fit, and the time.
 *
 * @throws VerificationError `missing_header`, `malformed_header`, `timestamp_too_old`, `timestamp_too_new`,
 * `body_not_raw`, `missing_key`, `malformed_key` or `bad_signature`.
 * @example
 * ```ts
 * import { verifyWebhook } from '@sallyport/verify';
 *
 * function receive(headers: Headers, rawBody: string, secret: string): unknown {
 *   verifyWebhook({ headers, body: rawBody, keys: secret, nowMs: Date.now() });
 *   return JSON.parse(rawBody);
 * }
 * ```
 */
export function verifyWebhook(delivery: WebhookDelivery): WebhookStamp {
  const id = requireHeader(delivery.headers, 'webhook-id');
  const timestamp = fromDecimal(requireHeader(delivery.headers, 'webhook-timestamp'));
  const signatures = signaturesOf(requireHeader(delivery.headers, 'webhook-signature'));
  if (timestamp === undefined) {
    throw new VerificationError('malformed_header', 'webhook-timestamp is not a whole number of seconds since 1970');
  }
  const signed = content({ id, timestamp }, rawBody(delivery.body));
  const keys = keysOf(delivery.keys);
  checkTime(timestamp, delivery);
  for (const { version, signature } of signatures) {
    if (signature && keys.some((key) => key.version === version && key.verify(signed, signature))) {
      return { id, timestamp };
    }
  }
  throw new VerificationError(
    'bad_signature',
    'no signature fits: pass the body as received, not parsed and printed again, and this endpoint’s own key',
  );
}

/**
 * Signs a delivery by the Standard Webhooks specification, for senders and for tests of receivers.
 *
 * @throws VerificationError `index_range` for a timestamp that is no whole number of seconds, `body_not_raw`,
 * `missing_key`, or `malformed_key` also for a public key.
 * @example
 * ```ts
 * import { signWebhook } from '@sallyport/verify';
 *
 * const body = '{"type":"approval.resolved"}';
 * const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
 * const headers = signWebhook({ id: 'msg_1', timestamp: 1614265330, body, keys: key });
 * ```
 */
export function signWebhook({ id, timestamp, body, keys }: WebhookMessage): SignedWebhookHeaders {
  const signed = content({ id, timestamp: toIndex(timestamp, 'the timestamp') }, rawBody(body));
  const signatures = keysOf(keys).map(({ version, sign }) => {
    if (sign) return `${version},${sign(signed).toString('base64')}`;
    throw new VerificationError('malformed_key', 'a whpk_ key is public: sign with the whsk_ key');
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
