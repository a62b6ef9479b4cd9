import { fromBase64, fromDecimal } from '../encoding.js';
import { VerificationError } from '../errors.js';
import { HASH_BYTES } from '../hash.js';
import { toIndex } from '../merkle/index-range.js';
import { verifyInclusion } from '../merkle/verify.js';
import { type Checkpoint, openCheckpoint } from './checkpoint.js';
import type { NoteVerifier } from './keys.js';

/** An inclusion proof that carries its checkpoint, to be checked offline (C2SP tlog-proof). */
export interface TlogProof {
  readonly index: number;
  /** Leaf upwards. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint. */
  readonly checkpoint: string;
  /** Opaque data beside the proof, which nothing authenticates. */
  readonly extra?: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
const EXTRA = 'extra ';
const INDEX = 'index ';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function malformed(why: string): VerificationError {
  return new VerificationError('malformed_proof', `the proof ${why}: pass a ${HEADER} file as it was received`);
}

/**
 * Writes a proof as a `c2sp.org/tlog-proof@v1` text, which tools of other languages read.
 *
 * @throws VerificationError `index_range`.
 * @example
 * ```ts
 * import { formatTlogProof, type MemoryTiles, type MerkleTree } from '@sallyport/verify';
 *
 * const proofOf = (tree: MerkleTree, tiles: MemoryTiles, index: number, checkpoint: string): string =>
 *   formatTlogProof({ index, proof: tree.inclusion(index).build(tiles), checkpoint });
 * ```
 */
export function formatTlogProof({ index, proof, checkpoint, extra }: TlogProof): string {
  const lines = [HEADER, ...(extra ? [EXTRA + base64(extra)] : []), INDEX + toIndex(index, 'the index')];
  return `${[...lines, ...proof.map(base64)].join('\n')}\n\n${checkpoint}`;
}

/**
 * Reads a `c2sp.org/tlog-proof@v1` text. {@link verifyTlogProof} checks what it says.
 *
 * @throws VerificationError `malformed_proof`.
 * @example
 * ```ts
 * import { parseTlogProof } from '@sallyport/verify';
 *
 * const indexOf = (text: string): number => parseTlogProof(text).index;
 * ```
 */
export function parseTlogProof(text: string): TlogProof {
  const split = text.indexOf('\n\n');
  if (split < 0) throw malformed('carries no checkpoint');
  const [header, ...lines] = text.slice(0, split).split('\n');
  if (header !== HEADER) throw malformed(`does not begin with ${HEADER}`);
  const extra = lines[0]?.startsWith(EXTRA) ? fromBase64(lines.shift()?.slice(EXTRA.length) ?? '') : null;
  const at = lines.shift() ?? '';
  const index = at.startsWith(INDEX) ? fromDecimal(at.slice(INDEX.length)) : undefined;
  if (index === undefined || extra === undefined) throw malformed('has no index, or extra data that cannot be read');
  const proof = lines.map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== HASH_BYTES) throw malformed('has a line that is no hash');
    return hash;
  });
  return { index, proof, checkpoint: text.slice(split + 2), ...(extra && { extra }) };
}

/**
 * Verifies offline that a leaf is in a log, and returns the checkpoint that says so.
 *
 * @param text - a `c2sp.org/tlog-proof@v1` text.
 * @param leaf - the leaf's hash: `leafHash` of the record.
 * @param verifiers - the log's keys, from your own configuration.
 * @param origin - the log you expect.
 * @throws VerificationError as {@link parseTlogProof}, {@link openCheckpoint} and {@link verifyInclusion}.
 * @example
 * ```ts
 * import { leafHash, noteVerifier, verifyTlogProof } from '@sallyport/verify';
 *
 * const check = (proof: string, record: string, key: string): number =>
 *   verifyTlogProof(proof, leafHash(record), [noteVerifier(key)], 'example.com/log').size;
 * ```
 */
export function verifyTlogProof(
  text: string,
  leaf: Uint8Array,
  verifiers: readonly NoteVerifier[],
  origin: string,
): Checkpoint {
  const { index, proof, checkpoint: note } = parseTlogProof(text);
  const checkpoint = openCheckpoint(note, verifiers, origin);
  verifyInclusion({ leaf, index, size: checkpoint.size, root: checkpoint.root, proof });
  return checkpoint;
}
