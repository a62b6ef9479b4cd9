import { VerificationError } from '../errors.js';

/** The headers of a delivery: a `Headers` object, or Node's plain record. Names are found in any case. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

const hasGet = (headers: WebhookHeaders): headers is { get(name: string): string | null } =>
  typeof Reflect.get(headers, 'get') === 'function';

/** The value of a header, or undefined. Repeated headers are joined by a space. */
function find(headers: WebhookHeaders, name: string): string | undefined {
  if (hasGet(headers)) return headers.get(name) ?? undefined;
  const [, value] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? [];
  return typeof value === 'string' || value === undefined ? value : value.join(' ');
}

/** The value of a header that must be there. */
export function requireHeader(headers: WebhookHeaders, name: string): string {
  const value = find(headers, name);
  if (value) return value;
  throw new VerificationError('missing_header', `the delivery has no ${name} header: pass all headers as received`);
}

/** The raw bytes of a body. */
export function rawBody(body: unknown): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new VerificationError(
    'body_not_raw',
    'the body must be the raw text or bytes as received: a parsed body has lost what was signed',
  );
}
