import { hash, timingSafeEqual } from 'node:crypto';
import { VerificationError } from '../errors.js';
import { HASH_BYTES, sha256, sha256Into } from '../hash.js';

const LEAF_PREFIX = '\0';
const LEAF_BYTE = Buffer.from([0]);

/**
 * The root of a tree without leaves: SHA-256 of nothing (RFC 9162 §2.1.1).
 *
 * @example
 * ```ts
 * import { emptyRoot, formatCheckpoint } from '@sallyport/verify';
 *
 * formatCheckpoint({ origin: 'example.com/log', size: 0, root: emptyRoot() });
 * ```
 */
export const emptyRoot = (): Buffer => sha256('');

// A node's input is put together in place: an allocation for each would cost more than the hash.
const node = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/**
 * The hash of a leaf: SHA-256(0x00 ‖ data), RFC 9162 §2.1.1. Text is taken as its UTF-8 bytes.
 *
 * @example
 * ```ts
 * import { leafHash } from '@sallyport/verify';
 *
 * leafHash('').toString('hex'); // 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
 * ```
 */
export function leafHash(data: string | Uint8Array): Buffer {
  if (typeof data !== 'string') return sha256(Buffer.concat([LEAF_BYTE, data]));
  return Buffer.from(hash('sha256', LEAF_PREFIX + data, 'binary'), 'latin1');
}

/**
 * The hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 9162 §2.1.1. Both are hashes of 32 bytes.
 *
 * @example
 * ```ts
 * import { leafHash, nodeHash } from '@sallyport/verify';
 *
 * const root = nodeHash(leafHash('first'), leafHash('second'));
 * ```
 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return sha256(node);
}

/** Hashes two neighbours that lie side by side in `rows` at `from`, into `rows` at `to`. */
export function foldPair(rows: Buffer, from: number, to: number): void {
  rows.copy(node, 1, from, from + 2 * HASH_BYTES);
  sha256Into(node, rows, to);
}

/** Copies a hash: a loop over so few bytes is quicker than the view of them that another way would take. */
export function copyHash(from: Buffer, offset: number, to: Buffer, at: number): void {
  for (let byte = 0; byte < HASH_BYTES; byte++) to[at + byte] = from[offset + byte] ?? 0;
}

/** Replaces the hash in `to` by the hash of the node whose right child it is, the left one lying in `left`. */
export function foldOnto(left: Buffer, offset: number, to: Buffer, at: number): void {
  copyHash(left, offset, node, 1);
  copyHash(to, at, node, 1 + HASH_BYTES);
  sha256Into(node, to, at);
}

/** Compares two hashes in constant time. */
export const sameHash = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** Refuses what is not a SHA-256 hash. */
export function checkHash(value: Uint8Array, what: string): void {
  if (value.length !== HASH_BYTES) {
    throw new VerificationError('hash_length', `${what} has ${value.length} bytes: a SHA-256 hash has ${HASH_BYTES}`);
  }
}
