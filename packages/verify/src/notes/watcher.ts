import { fromBase64 } from '../encoding.js';
import { VerificationError } from '../errors.js';
import { HASH_BYTES } from '../hash.js';
import { sameHash } from '../merkle/hash.js';
import { verifyConsistency } from '../merkle/verify.js';
import { type Checkpoint, openCheckpoint } from './checkpoint.js';
import type { NoteVerifier } from './keys.js';

/** What a watcher remembers, as plain JSON: keep it where the log's operator cannot write. */
export interface WatcherState {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** The signed checkpoint itself: beside a later one that contradicts it, it convicts the log. */
  readonly note: string;
}

/** How to watch a log. */
export interface WatcherOptions {
  /** The log's origin, as its checkpoints state it. */
  readonly origin: string;
  /** The log's keys, from your own configuration. */
  readonly verifiers: readonly NoteVerifier[];
  /** What a watcher of this log remembered before. */
  readonly state?: WatcherState;
}

/** What a checkpoint turned out to be: the first one seen, the one already known, or a proved extension. */
export interface Observation {
  readonly outcome: 'first' | 'unchanged' | 'advanced';
  readonly checkpoint: Checkpoint;
}

/**
 * Remembers a log's last checkpoint and accepts a later one only with the proof that nothing before it changed.
 *
 * It does no I/O: the caller fetches checkpoint and proof, and saves `state`. The first checkpoint is taken on trust.
 *
 * @throws VerificationError `malformed_state` at construction, for a state that is damaged or of another log.
 * @example
 * ```ts
 * import { LogWatcher, noteVerifier } from '@sallyport/verify';
 *
 * function watch(key: string, note: string): string {
 *   const watcher = new LogWatcher({ origin: 'example.com/log', verifiers: [noteVerifier(key)] });
 *   watcher.observe(note);
 *   return JSON.stringify(watcher.state);
 * }
 * ```
 */
export class LogWatcher {
  readonly #origin: string;
  readonly #verifiers: readonly NoteVerifier[];
  #state: WatcherState | undefined;

  constructor({ origin, verifiers, state }: WatcherOptions) {
    this.#origin = origin;
    this.#verifiers = verifiers;
    if (state) checkState(state, origin);
    this.#state = state;
  }

  /** What to save; undefined before the first checkpoint. */
  get state(): WatcherState | undefined {
    return this.#state;
  }

  /**
   * Takes the log's next checkpoint. After an error the state is as it was.
   *
   * @param note - the signed checkpoint.
   * @param proof - the consistency proof from the remembered size to this one; not needed while the size is the same.
   * @throws VerificationError `cut_tail` when the log has shrunk, `forked` for another root at the remembered size,
   * `unanchored_range` when a longer log comes without proof, `rewritten` when the proof leads to other roots;
   * `proof_length` and `hash_length` for what is no such proof; and all that {@link openCheckpoint} throws.
   */
  observe(note: string, proof?: readonly Uint8Array[]): Observation {
    const checkpoint = openCheckpoint(note, this.#verifiers, this.#origin);
    const known = this.#state;
    if (known) checkGrowth(known, checkpoint, proof);
    const { origin, size, root } = checkpoint;
    const outcome = !known ? 'first' : known.size === size ? 'unchanged' : 'advanced';
    if (outcome !== 'unchanged') this.#state = { origin, size, root: Buffer.from(root).toString('base64'), note };
    return { outcome, checkpoint };
  }
}

function checkState({ origin, size, root }: WatcherState, expected: string): void {
  const sound = Number.isSafeInteger(size) && size >= 0 && fromBase64(root)?.length === HASH_BYTES;
  if (sound && origin === expected) return;
  throw new VerificationError('malformed_state', `the saved state is not that of a watcher of ${expected}: restore it`);
}

function checkGrowth(known: WatcherState, next: Checkpoint, proof: readonly Uint8Array[] | undefined): void {
  const first = { size: known.size, root: Buffer.from(known.root, 'base64') };
  const between = `between ${known.size} and ${next.size} records`;
  if (next.size < known.size) {
    throw new VerificationError(
      'cut_tail',
      `the log had ${known.size} records and now shows ${next.size}: its end was cut`,
    );
  }
  if (next.size === known.size) {
    if (sameHash(first.root, next.root)) return;
    throw new VerificationError('forked', `the log signed two different histories of ${next.size} records`);
  }
  if (!proof) {
    throw new VerificationError(
      'unanchored_range',
      `nothing proves what happened ${between}: ask for a consistency proof`,
    );
  }
  try {
    verifyConsistency({ first, second: next, proof });
  } catch (cause) {
    if (!(cause instanceof VerificationError) || cause.code !== 'root_mismatch') throw cause;
    throw new VerificationError('rewritten', `history was rewritten ${between}, or the proof is not of this log`, {
      cause,
    });
  }
}
