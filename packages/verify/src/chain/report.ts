import type { VerificationCode } from '../errors.js';

/** A place in a chain: how many records there are up to it, and the hash of the last of them. */
export interface ChainPosition {
  readonly count: number;
  readonly head: string;
}

/** The first record that does not verify, or the place where one is missing. */
export interface BadRecord {
  /** From 1, in the lines that were given; one past the last where records are missing at the end. */
  readonly line: number;
  /** The record's id, where it has one that can be read. */
  readonly id?: string;
  readonly code: VerificationCode;
  readonly message: string;
}

/**
 * What a verification found. It is itself a position, so that the next file can be verified `from` it.
 *
 * `count` and `head` describe the part that verified, up to the first bad record.
 */
export interface ChainReport extends ChainPosition {
  readonly ok: boolean;
  /** False for a range whose beginning was taken on trust (`unanchored: 'accept'`). */
  readonly anchored: boolean;
  readonly firstBad?: BadRecord;
}
