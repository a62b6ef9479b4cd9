import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

// One-shot hashing into a string is several times quicker than a Hash object or a Buffer result.
export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

export const sha256 = (data: string | Uint8Array): Buffer => Buffer.from(hash('sha256', data, 'binary'), 'latin1');

/** Hashes into `target` at `offset`. */
export function sha256Into(data: Uint8Array, target: Buffer, offset: number): void {
  target.write(hash('sha256', data, 'binary'), offset, HASH_BYTES, 'latin1');
}
