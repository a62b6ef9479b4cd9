import { createHmac, createPublicKey, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';
import { KEY_BYTES, privateKeyOf, publicKeyOf } from '../ed25519.js';
import { fromBase64 } from '../encoding.js';
import { VerificationError } from '../errors.js';

/** One key of Standard Webhooks, whichever scheme it is of. */
export interface WebhookKey {
  readonly version: 'v1' | 'v1a';
  verify(content: Uint8Array, signature: Uint8Array): boolean;
  /** Absent from a public key. */
  sign?(content: Uint8Array): Buffer;
}

const SECRET = 'whsec_';
const PRIVATE = 'whsk_';
const PUBLIC = 'whpk_';
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

function symmetric(secret: Buffer): WebhookKey {
  const digest = (content: Uint8Array): Buffer => createHmac('sha256', secret).update(content).digest();
  return {
    version: 'v1',
    verify: (content, signature) => signature.length === 32 && timingSafeEqual(digest(content), signature),
    sign: digest,
  };
}

const asymmetric = (publicKey: KeyObject): WebhookKey => ({
  version: 'v1a',
  verify: (content, signature) => verify(null, content, publicKey, signature),
});

const signing = (privateKey: KeyObject): WebhookKey => ({
  ...asymmetric(createPublicKey(privateKey)),
  sign: (content) => sign(null, content, privateKey),
});

function malformed(why: string): VerificationError {
  return new VerificationError('malformed_key', `a webhook key ${why}`);
}

function bytesOf(key: string, prefix: string): Buffer {
  const bytes = fromBase64(key.slice(key.startsWith(prefix) ? prefix.length : 0));
  if (!bytes) throw malformed(`is not ${prefix} and base64: for a secret that is plain text use verifyHmac`);
  return bytes;
}

/** Reads a key: `whsec_…` (or its base64 alone), `whpk_…` to verify, `whsk_…` to sign. */
export function webhookKey(key: string): WebhookKey {
  if (key.startsWith(PUBLIC)) {
    const bytes = bytesOf(key, PUBLIC);
    if (bytes.length !== KEY_BYTES)
      throw malformed(`has ${bytes.length} bytes: an Ed25519 public key has ${KEY_BYTES}`);
    return asymmetric(publicKeyOf(bytes));
  }
  if (key.startsWith(PRIVATE)) {
    const bytes = bytesOf(key, PRIVATE);
    // Some tools print the seed alone, others the seed and the public key after it.
    if (bytes.length !== KEY_BYTES && bytes.length !== 2 * KEY_BYTES) throw malformed('is no Ed25519 seed of 32 bytes');
    return signing(privateKeyOf(bytes.subarray(0, KEY_BYTES)));
  }
  const bytes = bytesOf(key, SECRET);
  if (bytes.length < MIN_SECRET_BYTES || bytes.length > MAX_SECRET_BYTES) {
    throw malformed(`has ${bytes.length} bytes: a secret has ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES}`);
  }
  return symmetric(bytes);
}
