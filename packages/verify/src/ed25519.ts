import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** Bytes of an Ed25519 seed and of a public key. */
export const KEY_BYTES = 32;

// Everything of a PKCS #8 or SPKI structure that stands before the 32 bytes of the key (RFC 8410 §10).
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export const privateKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });

export const publicKeyOf = (key: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, key]), format: 'der', type: 'spki' });

/** The 32 bytes of the public key that belongs to a private one. */
export const publicBytesOf = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
