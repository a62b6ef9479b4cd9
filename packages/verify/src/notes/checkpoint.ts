import { fromBase64, fromDecimal } from '../encoding.js';
import { VerificationError } from '../errors.js';
import { HASH_BYTES } from '../hash.js';
import { checkHash } from '../merkle/hash.js';
import { toIndex } from '../merkle/index-range.js';
import type { NoteVerifier } from './keys.js';
import { openNote } from './note.js';

/** A log's size and root at one moment (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** The log's identity, such as `example.com/log`. */
  readonly origin: string;
  /** How many records it has. */
  readonly size: number;
  /** The root over them, 32 bytes. */
  readonly root: Uint8Array;
  /** Further lines, opaque and rarely used. */
  readonly extensions?: readonly string[];
}

const malformed = (why: string): VerificationError =>
  new VerificationError('malformed_checkpoint', `the checkpoint ${why}`);

/**
 * Writes a checkpoint's text, ready for {@link signNote}.
 *
 * @throws VerificationError `malformed_checkpoint`, `index_range` or `hash_length`.
 * @example
 * ```ts
 * import { formatCheckpoint, MerkleTree } from '@sallyport/verify';
 *
 * const tree = new MerkleTree();
 * formatCheckpoint({ origin: 'example.com/log', size: tree.size, root: tree.root() });
 * ```
 */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  checkHash(root, 'the root');
  const lines = [origin, String(toIndex(size, 'the size')), Buffer.from(root).toString('base64'), ...extensions];
  if (lines.some((line) => line === '' || line.includes('\n'))) throw malformed('has an empty or a broken line');
  return `${lines.join('\n')}\n`;
}

/**
 * Reads a checkpoint's text. It proves nothing unless it comes out of a signed note: see {@link openCheckpoint}.
 *
 * @throws VerificationError `malformed_checkpoint`.
 * @example
 * ```ts
 * import { parseCheckpoint } from '@sallyport/verify';
 *
 * parseCheckpoint('example.com/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n').size; // 0
 * ```
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin = '', decimal = '', base64 = '', ...extensions] = lines.slice(0, -1);
  const size = fromDecimal(decimal);
  const root = fromBase64(base64);
  if (lines.at(-1) !== '' || origin === '' || extensions.includes(''))
    throw malformed('has an empty or a missing line');
  if (size === undefined) throw malformed('has no size on its second line');
  if (root?.length !== HASH_BYTES) throw malformed('has no root on its third line');
  return { origin, size, root, ...(extensions.length > 0 && { extensions }) };
}

/**
 * Opens a signed checkpoint of one log.
 *
 * @param verifiers - the log's keys, from your own configuration.
 * @param origin - the log you expect: a key may sign for several.
 * @throws VerificationError as {@link openNote} and {@link parseCheckpoint}, or `wrong_origin`.
 * @example
 * ```ts
 * import { noteVerifier, openCheckpoint } from '@sallyport/verify';
 *
 * const sizeOf = (note: string, key: string): number => openCheckpoint(note, [noteVerifier(key)], 'example.com/log').size;
 * ```
 */
export function openCheckpoint(note: string, verifiers: readonly NoteVerifier[], origin: string): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, verifiers).text);
  if (checkpoint.origin === origin) return checkpoint;
  throw new VerificationError('wrong_origin', `the checkpoint is of ${checkpoint.origin}, not of ${origin}`);
}
