import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leafHash } from '../merkle/hash.js';
import { codeOf, flipped } from '../testing/codes.js';
import { grown, leavesUpTo } from '../testing/trees.js';
import { formatCheckpoint } from './checkpoint.js';
import { noteKeys, noteSigner, noteVerifier } from './keys.js';
import { signNote } from './note.js';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.js';

const origin = 'example.com/log';
const keys = noteKeys(origin, new Uint8Array(32).fill(3));
const verifiers = [noteVerifier(keys.verifier)];
const { tree, tiles } = grown(leavesUpTo(300));
const checkpoint = signNote(formatCheckpoint({ origin, size: 300, root: tree.root() }), [noteSigner(keys.signer)]);
const proof = tree.inclusion(42).build(tiles);
const text = formatTlogProof({ index: 42, proof, checkpoint });
const leaf = leafHash('record 42');

test('the text has the documented form', () => {
  const [header, index, first] = text.split('\n');
  expect([header, index, first]).toEqual(['c2sp.org/tlog-proof@v1', 'index 42', proof[0]?.toString('base64')]);
  expect(text.endsWith(`\n\n${checkpoint}`)).toBe(true);
  expect(parseTlogProof(text)).toEqual({ index: 42, proof, checkpoint });
});

test('extra data is carried', () => {
  const extra = Buffer.from('opaque');
  const parsed = parseTlogProof(formatTlogProof({ index: 0, proof: [], checkpoint, extra }));
  expect(parsed).toEqual({ index: 0, proof: [], checkpoint, extra });
});

test('it verifies offline', () => {
  expect(verifyTlogProof(text, leaf, verifiers, origin)).toMatchObject({ origin, size: 300 });
});

test('property: any flipped bit of the text or the leaf is found', () => {
  const bytes = Buffer.from(text);
  fc.assert(
    fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      expect(codeOf(() => verifyTlogProof(flipped(bytes, bit).toString(), leaf, verifiers, origin))).toBeDefined();
      expect(codeOf(() => verifyTlogProof(text, flipped(leaf, bit), verifiers, origin))).toBe('root_mismatch');
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['nothing', ''],
  ['another version', text.replace('@v1', '@v2')],
  ['no checkpoint', text.slice(0, text.indexOf('\n\n'))],
  ['no index', text.replace('index 42\n', '')],
  ['a leading zero', text.replace('42', '042')],
  ['a line that is no hash', text.replace('index 42\n', 'index 42\nAAAA\n')],
  ['extra data that is not base64', text.replace('index', 'extra !\nindex')],
])('%s is malformed', (_, malformed) => {
  expect(codeOf(() => parseTlogProof(malformed))).toBe('malformed_proof');
});
