import { expect, test } from 'vitest';
import { leafHash } from '../merkle/hash.js';
import { codeOf } from '../testing/codes.js';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.js';
import { noteKeys, noteSigner, noteVerifier } from './keys.js';
import { signNote } from './note.js';

const root = leafHash('a');
const text = `example.com/log\n20852163\n${root.toString('base64')}\n`;
const keys = noteKeys('example.com/log', new Uint8Array(32).fill(1));
const verifiers = [noteVerifier(keys.verifier)];

test('origin, size and root stand on the first three lines', () => {
  const checkpoint = { origin: 'example.com/log', size: 20_852_163, root };
  expect(formatCheckpoint(checkpoint)).toBe(text);
  expect(parseCheckpoint(text)).toEqual(checkpoint);
});

test('further lines are kept', () => {
  const checkpoint = { origin: 'o', size: 0, root, extensions: ['one', 'two'] };
  expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint);
});

test.each([
  ['no line break at the end', text.slice(0, -1)],
  ['an empty origin', text.replace('example.com/log', '')],
  ['a leading zero', text.replace('208', '0208')],
  ['a sign', text.replace('208', '+208')],
  ['a size beyond 2^53', text.replace('20852163', '9007199254740993')],
  ['no size', text.replace('20852163', '')],
  ['a root of another length', text.replace(root.toString('base64'), 'AAAA')],
  ['a root in another spelling', text.replace('=', '')],
  ['an empty extension line', `${text}\n`],
  ['two lines only', 'a\n1\n'],
])('%s is malformed', (_, malformed) => {
  expect(codeOf(() => parseCheckpoint(malformed))).toBe('malformed_checkpoint');
});

test('what cannot be written is refused', () => {
  expect(codeOf(() => formatCheckpoint({ origin: '', size: 1, root }))).toBe('malformed_checkpoint');
  expect(codeOf(() => formatCheckpoint({ origin: 'a\nb', size: 1, root }))).toBe('malformed_checkpoint');
  expect(codeOf(() => formatCheckpoint({ origin: 'a', size: 1, root, extensions: [''] }))).toBe('malformed_checkpoint');
  expect(codeOf(() => formatCheckpoint({ origin: 'a', size: -1, root }))).toBe('index_range');
  expect(codeOf(() => formatCheckpoint({ origin: 'a', size: 1, root: Buffer.alloc(3) }))).toBe('hash_length');
});

test('a signed checkpoint opens for its own origin only', () => {
  const note = signNote(text, [noteSigner(keys.signer)]);
  expect(openCheckpoint(note, verifiers, 'example.com/log').size).toBe(20_852_163);
  expect(codeOf(() => openCheckpoint(note, verifiers, 'example.com/other'))).toBe('wrong_origin');
  expect(codeOf(() => openCheckpoint(signNote('no checkpoint\n', [noteSigner(keys.signer)]), verifiers, 'x'))).toBe(
    'malformed_checkpoint',
  );
});
