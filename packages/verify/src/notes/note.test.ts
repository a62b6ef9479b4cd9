import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf, flipped } from '../testing/codes.js';
import { noteKeys, noteSigner, noteVerifier } from './keys.js';
import { openNote, signNote } from './note.js';

// The example of Go's sumdb/note, which other implementations are checked against as well.
const verifierKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const signerKey = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

const trusted = [noteVerifier(verifierKey)];
const other = noteKeys('other.example', new Uint8Array(32).fill(7));

describe('the reference example', () => {
  test('is signed byte for byte', () => {
    expect(signNote(text, [noteSigner(signerKey)])).toBe(note);
  });

  test('opens', () => {
    expect(openNote(note, trusted)).toEqual({ text, signedBy: [{ name: 'PeterNeumann', keyId: 'c74f20a3' }] });
  });

  test('has the keys that its seed makes', () => {
    const seed = Buffer.from(signerKey.split('+').slice(4).join('+'), 'base64').subarray(1);
    expect(noteKeys('PeterNeumann', seed)).toEqual({ signer: signerKey, verifier: verifierKey });
    expect(noteSigner(signerKey).verifierKey).toBe(verifierKey);
  });
});

test('a text may hold blank lines', () => {
  const signed = signNote('a\n\n\nb\n', [noteSigner(other.signer)]);
  expect(openNote(signed, [noteVerifier(other.verifier)]).text).toBe('a\n\n\nb\n');
});

test('signatures by unknown keys are ignored beside a known one', () => {
  const signed = signNote(text, [noteSigner(other.signer), noteSigner(signerKey)]);
  expect(openNote(signed, trusted).signedBy).toEqual([{ name: 'PeterNeumann', keyId: 'c74f20a3' }]);
  expect(openNote(signed, [...trusted, noteVerifier(other.verifier)]).signedBy).toHaveLength(2);
});

test('a note that no known key signed is refused: unknown_key', () => {
  expect(codeOf(() => openNote(note, [noteVerifier(other.verifier)]))).toBe('unknown_key');
  expect(codeOf(() => openNote(note, []))).toBe('unknown_key');
});

test('a key of the same name is another key', () => {
  const namesake = noteKeys('PeterNeumann', new Uint8Array(32).fill(9));
  expect(codeOf(() => openNote(note, [noteVerifier(namesake.verifier)]))).toBe('unknown_key');
});

test('one bad signature by a known key refuses the note, whatever else signed it', () => {
  const signed = signNote(text, [noteSigner(signerKey), noteSigner(other.signer)]);
  const both = [...trusted, noteVerifier(other.verifier)];
  const forged = signed.replace(/(— other\.example .{20})./, '$1A');
  expect(codeOf(() => openNote(forged, both))).toBe('bad_signature');
});

test('property: any flipped bit of a note is found', () => {
  const bytes = Buffer.from(note);
  fc.assert(
    fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      const changed = flipped(bytes, bit).toString();
      expect(['bad_signature', 'malformed_note', 'unknown_key']).toContain(codeOf(() => openNote(changed, trusted)));
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['nothing', ''],
  ['no signature', text],
  ['no line break at the end', note.slice(0, -1)],
  ['a control character', note.replace('cryptography', 'crypto\tgraphy')],
  ['half a surrogate pair', note.replace('cryptography', '\ud800')],
  ['a signature line without a name', `${note}— ${note.slice(-94)}`],
  ['a signature without padding', note.replace('=\n', '\n')],
  ['a signature of a key id alone', `${text}\n— PeterNeumann x08gow==\n`],
  ['another line among the signatures', `${note}hello\n`],
  ['101 signatures', `${text}\n${'— a AAAAAAA=\n'.repeat(101)}`],
])('a note with %s is malformed', (_, malformed) => {
  expect(codeOf(() => openNote(malformed, trusted))).toBe('malformed_note');
});

test('a text that cannot be a note’s is not signed', () => {
  const signer = noteSigner(other.signer);
  expect(codeOf(() => signNote('no line break', [signer]))).toBe('malformed_note');
  expect(codeOf(() => signNote('a\rb\n', [signer]))).toBe('malformed_note');
  expect(codeOf(() => signNote('a\n', []))).toBe('malformed_note');
});

describe('keys', () => {
  test('are refused when a single character is another', () => {
    for (const [key, read] of [
      [verifierKey, noteVerifier],
      [signerKey, noteSigner],
    ] as const) {
      for (let at = 0; at < key.length; at++) {
        const changed = key.slice(0, at) + String.fromCharCode(key.charCodeAt(at) + 1) + key.slice(at + 1);
        expect(
          codeOf(() => read(changed)),
          changed,
        ).toBe('malformed_key');
        expect(codeOf(() => read(key.slice(0, at)))).toBe('malformed_key');
      }
    }
  });

  test('need a name without spaces and plus signs, and a seed of 32 bytes', () => {
    const seed = new Uint8Array(32);
    for (const name of ['', 'a b', 'a+b', 'a\u2003b', 'a\u0001', '\ud800']) {
      expect(
        codeOf(() => noteKeys(name, seed)),
        name,
      ).toBe('malformed_key');
    }
    expect(codeOf(() => noteKeys('a', new Uint8Array(31)))).toBe('malformed_key');
  });

  test('a signer does not show its key', () => {
    expect(JSON.stringify(noteSigner(signerKey))).not.toContain('AYEKFALV');
    expect(() => noteSigner(`${signerKey.slice(0, -1)}!`)).not.toThrow(/AYEKFALV/);
  });
});
