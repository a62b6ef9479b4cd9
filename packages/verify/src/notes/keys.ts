import { type KeyObject, sign, verify } from 'node:crypto';
import { KEY_BYTES, privateKeyOf, publicBytesOf, publicKeyOf } from '../ed25519.js';
import { fromBase64 } from '../encoding.js';
import { VerificationError } from '../errors.js';
import { sha256 } from '../hash.js';

/** Verifies one key's signatures on notes. Make it with {@link noteVerifier}, from your own configuration. */
export interface NoteVerifier {
  readonly name: string;
  /** 8 hex digits. */
  readonly keyId: string;
  verify(text: string, signature: Uint8Array): boolean;
}

/** Signs notes. Make it with {@link noteSigner}. */
export interface NoteSigner {
  readonly name: string;
  /** 8 hex digits. */
  readonly keyId: string;
  /** What {@link noteVerifier} takes: publish it. */
  readonly verifierKey: string;
  sign(text: string): Buffer;
}

const ED25519 = 1;
const PRIVATE_KEY = 'PRIVATE+KEY+';
const NAME = /^[^\s+\p{Cc}]+$/u;
// Name, key id and key; only the key can hold a plus sign, which base64 uses too.
const KEY_STRING = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/;

/** The key id of C2SP signed notes: SHA-256(name ‖ LF ‖ 0x01 ‖ public key), its first four bytes. */
const keyIdOf = (name: string, publicKey: Uint8Array): string =>
  sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ED25519]), publicKey]))
    .subarray(0, 4)
    .toString('hex');

const keyString = (name: string, keyId: string, bytes: Uint8Array): string =>
  `${name}+${keyId}+${Buffer.concat([Buffer.from([ED25519]), bytes]).toString('base64')}`;

function malformed(what: string): VerificationError {
  return new VerificationError('malformed_key', `the ${what} is not of the form name+keyid+base64: copy it whole`);
}

function parse(text: string, what: string): { name: string; keyId: string; bytes: Buffer } {
  const [, name, keyId, encoded] = KEY_STRING.exec(text) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (!name || !keyId || !NAME.test(name) || bytes?.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) {
    throw malformed(what);
  }
  return { name, keyId, bytes: bytes.subarray(1) };
}

/**
 * Reads a verifier key of C2SP signed notes (Ed25519): `name+keyid+base64`.
 *
 * @throws VerificationError `malformed_key`.
 * @example
 * ```ts
 * import { noteVerifier } from '@sallyport/verify';
 *
 * const key = noteVerifier('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
 * ```
 */
export function noteVerifier(verifierKey: string): NoteVerifier {
  const { name, keyId, bytes } = parse(verifierKey, 'verifier key');
  if (keyIdOf(name, bytes) !== keyId) throw malformed('verifier key');
  const key: KeyObject = publicKeyOf(bytes);
  return { name, keyId, verify: (text, signature) => verify(null, Buffer.from(text), key, signature) };
}

/**
 * Reads a signer key of C2SP signed notes (Ed25519): `PRIVATE+KEY+name+keyid+base64`. The signer does not show the key.
 *
 * @throws VerificationError `malformed_key`.
 * @example
 * ```ts
 * import { noteKeys, noteSigner, signNote } from '@sallyport/verify';
 *
 * const { signer } = noteKeys('example.com/log', crypto.getRandomValues(new Uint8Array(32)));
 * signNote('all is well\n', [noteSigner(signer)]);
 * ```
 */
export function noteSigner(signerKey: string): NoteSigner {
  if (!signerKey.startsWith(PRIVATE_KEY)) throw malformed('signer key');
  const { name, keyId, bytes } = parse(signerKey.slice(PRIVATE_KEY.length), 'signer key');
  const key = privateKeyOf(bytes);
  const publicKey = publicBytesOf(key);
  if (keyIdOf(name, publicKey) !== keyId) throw malformed('signer key');
  const verifierKey = keyString(name, keyId, publicKey);
  return { name, keyId, verifierKey, sign: (text) => sign(null, Buffer.from(text), key) };
}

/**
 * Makes the two key strings of a note key from its Ed25519 seed: 32 random bytes. Keep `signer` secret.
 *
 * @throws VerificationError `malformed_key` for a name that is empty or holds a space or a plus sign, or another seed.
 * @example
 * ```ts
 * import { noteKeys } from '@sallyport/verify';
 *
 * const { signer, verifier } = noteKeys('example.com/log', crypto.getRandomValues(new Uint8Array(32)));
 * ```
 */
export function noteKeys(name: string, seed: Uint8Array): { readonly signer: string; readonly verifier: string } {
  if (!NAME.test(name) || !name.isWellFormed() || seed.length !== KEY_BYTES) {
    throw new VerificationError(
      'malformed_key',
      `a note key needs a name without spaces and "+", and ${KEY_BYTES} bytes`,
    );
  }
  const publicKey = publicBytesOf(privateKeyOf(seed));
  const keyId = keyIdOf(name, publicKey);
  return { signer: PRIVATE_KEY + keyString(name, keyId, seed), verifier: keyString(name, keyId, publicKey) };
}
