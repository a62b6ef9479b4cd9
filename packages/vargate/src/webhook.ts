import { ResponseParseError, ResponseValidationError } from '@sallyport/core';
import { VerificationError, verifyHmac, type WebhookHeaders } from '@sallyport/verify';
import { owned } from './connection.js';
import type { VerifyWebhookOptions, WebhookEvent } from './types/index.js';
import { webhookEvent } from './wire/webhooks.js';

const SIGNATURE = 'x-vargate-signature';
const WHERE = { gateway: 'vargate', operation: 'verifyWebhook' };

const hasGet = (headers: WebhookHeaders): headers is { get(name: string): string | null } =>
  typeof Reflect.get(headers, 'get') === 'function';

function signatureOf(headers: WebhookHeaders): string | undefined {
  if (hasGet(headers)) return headers.get(SIGNATURE) ?? undefined;
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === SIGNATURE) ?? [];
  // Two signatures are none: nothing says which of them the sender made.
  return typeof value === 'string' ? value : value?.join(' ');
}

function parse(rawBody: string | Uint8Array): WebhookEvent {
  let body: unknown;
  try {
    body = JSON.parse(typeof rawBody === 'string' ? rawBody : new TextDecoder().decode(rawBody));
  } catch {
    throw new ResponseParseError('The delivery is signed, and not JSON.', WHERE);
  }
  const parsed = webhookEvent.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ResponseValidationError('The delivery is signed, and not an event that Vargate documents.', {
    ...WHERE,
    path: parsed.error.issues[0]?.path.join('.') ?? '',
  });
}

function checkAge({ timestamp }: WebhookEvent, { maxAgeMs, nowMs = Date.now() }: VerifyWebhookOptions): void {
  if (maxAgeMs === undefined) return;
  const ageMs = nowMs - Date.parse(timestamp);
  if (ageMs <= maxAgeMs) return;
  throw new VerificationError(
    'timestamp_too_old',
    Number.isNaN(ageMs)
      ? 'the event has no time'
      : `the event is ${ageMs} ms old, and ${maxAgeMs} are allowed (maxAgeMs)`,
  );
}

/**
 * Checks that a delivery comes from the gateway (`X-Vargate-Signature`, HMAC-SHA256 over the raw body), and reads it.
 *
 * @param rawBody - as received, before any parsing: a parsed body has lost what was signed.
 * @param headers - all of them: a `Headers` object or Node's record.
 * @param secret - the webhook's secret, as text also when it looks like hex or base64; several while it is being changed.
 * @throws VerificationError `missing_header`, `malformed_header`, `body_not_raw`, `missing_key`, `bad_signature` or
 * `timestamp_too_old`; ResponseError for what is signed and no event. Each is a `VargateError` as well.
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { verifyWebhook } from '@sallyport/vargate';
 *
 * createServer(async (request, response) => {
 *   const chunks: Buffer[] = [];
 *   for await (const chunk of request) chunks.push(chunk);
 *   const delivery = verifyWebhook(Buffer.concat(chunks), request.headers, process.env['VARGATE_WEBHOOK_SECRET'] ?? '');
 *   if (delivery.event === 'action.pending_approval') process.stdout.write(`waiting: ${delivery.data.actionId}\n`);
 *   response.end();
 * });
 * ```
 */
export function verifyWebhook(
  rawBody: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  options: VerifyWebhookOptions = {},
): WebhookEvent {
  return owned(() => {
    verifyHmac({ body: rawBody, signature: signatureOf(headers), secret });
    const event = parse(rawBody);
    checkAge(event, options);
    return event;
  });
}
