import { describe, expect, test } from 'vitest';
import { VerificationError } from '../errors.js';
import { codeOf, flipped } from '../testing/codes.js';
import { grown, leavesUpTo } from '../testing/trees.js';
import { formatCheckpoint } from './checkpoint.js';
import { noteKeys, noteSigner, noteVerifier } from './keys.js';
import { signNote } from './note.js';
import { LogWatcher, type WatcherState } from './watcher.js';

const origin = 'example.com/log';
const keys = noteKeys(origin, new Uint8Array(32).fill(3));
const signer = noteSigner(keys.signer);
const verifiers = [noteVerifier(keys.verifier)];

const leaves = leavesUpTo(600);
const log = grown(leaves);
/** The same log with its fourth record changed. */
const other = grown(leaves.with(3, flipped(leaves[3] ?? Buffer.alloc(1), 0)));

const noteOf = ({ tree, tiles }: typeof log, size: number): string =>
  signNote(formatCheckpoint({ origin, size, root: tree.rootAt(size).build(tiles)[0] ?? Buffer.alloc(0) }), [signer]);

const proofOf = ({ tree, tiles }: typeof log, first: number, second: number) =>
  tree.consistency(first, second).build(tiles);

function watcherAt(size: number): LogWatcher {
  const watcher = new LogWatcher({ origin, verifiers });
  watcher.observe(noteOf(log, size));
  return watcher;
}

test('the first checkpoint is remembered', () => {
  const watcher = new LogWatcher({ origin, verifiers });
  expect(watcher.state).toBeUndefined();
  expect(watcher.observe(noteOf(log, 10))).toMatchObject({ outcome: 'first', checkpoint: { origin, size: 10 } });
  expect(watcher.state).toMatchObject({ origin, size: 10, note: noteOf(log, 10) });
});

test('the same checkpoint again changes nothing', () => {
  const watcher = watcherAt(10);
  expect(watcher.observe(noteOf(log, 10)).outcome).toBe('unchanged');
});

test('a longer log with its proof is accepted, step by step', () => {
  const watcher = watcherAt(10);
  expect(watcher.observe(noteOf(log, 300), proofOf(log, 10, 300)).outcome).toBe('advanced');
  expect(watcher.observe(noteOf(log, 600), proofOf(log, 300, 600)).outcome).toBe('advanced');
  expect(watcher.state?.size).toBe(600);
});

test('the state survives as JSON', () => {
  const saved: WatcherState = JSON.parse(JSON.stringify(watcherAt(10).state));
  const watcher = new LogWatcher({ origin, verifiers, state: saved });
  expect(watcher.observe(noteOf(log, 300), proofOf(log, 10, 300)).outcome).toBe('advanced');
  expect(codeOf(() => new LogWatcher({ origin, verifiers, state: saved }).observe(noteOf(log, 9)))).toBe('cut_tail');
});

describe('what the log must not do', () => {
  const unchanged = (watcher: LogWatcher, action: () => unknown): unknown => {
    const before = watcher.state;
    const code = codeOf(action);
    expect(watcher.state).toBe(before);
    return code;
  };

  test('lose records: cut_tail', () => {
    const watcher = watcherAt(300);
    expect(unchanged(watcher, () => watcher.observe(noteOf(log, 299), []))).toBe('cut_tail');
  });

  test('show another history of the same size: forked', () => {
    const watcher = watcherAt(300);
    expect(unchanged(watcher, () => watcher.observe(noteOf(other, 300)))).toBe('forked');
  });

  test('change what was there: rewritten', () => {
    const watcher = watcherAt(300);
    const proof = proofOf(other, 300, 600);
    expect(unchanged(watcher, () => watcher.observe(noteOf(other, 600), proof))).toBe('rewritten');
    expect(() => watcher.observe(noteOf(other, 600), proof)).toThrow(
      expect.objectContaining({ cause: expect.any(VerificationError) }),
    );
  });

  test('grow without proof: unanchored_range', () => {
    const watcher = watcherAt(300);
    expect(unchanged(watcher, () => watcher.observe(noteOf(log, 600)))).toBe('unanchored_range');
  });

  test('give what is no proof between these sizes: proof_length', () => {
    const watcher = watcherAt(300);
    expect(unchanged(watcher, () => watcher.observe(noteOf(log, 600), []))).toBe('proof_length');
  });

  test('sign with a key that is not configured: unknown_key', () => {
    const watcher = watcherAt(300);
    const stranger = noteSigner(noteKeys(origin, new Uint8Array(32).fill(4)).signer);
    const text = formatCheckpoint({ origin, size: 300, root: log.tree.root() });
    expect(unchanged(watcher, () => watcher.observe(signNote(text, [stranger])))).toBe('unknown_key');
  });

  test('speak of another log: wrong_origin', () => {
    const watcher = watcherAt(300);
    const text = formatCheckpoint({ origin: 'example.com/other', size: 600, root: log.tree.root() });
    expect(unchanged(watcher, () => watcher.observe(signNote(text, [signer])))).toBe('wrong_origin');
  });
});

test('an empty log may grow', () => {
  const watcher = new LogWatcher({ origin, verifiers });
  const root = grown([]).tree.root();
  watcher.observe(signNote(formatCheckpoint({ origin, size: 0, root }), [signer]));
  expect(watcher.observe(noteOf(log, 7), []).outcome).toBe('advanced');
});

test('a damaged state, or one of another log, is refused', () => {
  const state = { origin, size: 1, root: leaves[0]?.toString('base64') ?? '', note: '' };
  expect(new LogWatcher({ origin, verifiers, state }).state).toEqual(state);
  expect(codeOf(() => new LogWatcher({ origin: 'x', verifiers, state }))).toBe('malformed_state');
  expect(codeOf(() => new LogWatcher({ origin, verifiers, state: { ...state, root: 'AAAA' } }))).toBe(
    'malformed_state',
  );
  expect(codeOf(() => new LogWatcher({ origin, verifiers, state: { ...state, size: -1 } }))).toBe('malformed_state');
});
