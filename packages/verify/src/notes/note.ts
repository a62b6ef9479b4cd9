import { fromBase64 } from '../encoding.js';
import { VerificationError } from '../errors.js';
import type { NoteSigner, NoteVerifier } from './keys.js';

/** A note whose signature was verified. */
export interface OpenedNote {
  /** The signed text, its final line break included. */
  readonly text: string;
  /** The known keys that signed it; at least one. */
  readonly signedBy: readonly { readonly name: string; readonly keyId: string }[];
}

interface SignatureLine {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Buffer;
}

const MAX_SIGNATURES = 100;
const KEY_ID_BYTES = 4;
const SIGNATURE_LINE = /^— ([^\s+]+) (\S+)$/u;

const isControl = (code: number): boolean => code < 0x20 && code !== 0x0a;

function malformed(why: string): VerificationError {
  return new VerificationError('malformed_note', `the note ${why}: pass it exactly as it was received`);
}

function checkText(text: string): void {
  if (!text.endsWith('\n')) throw malformed('does not end in a line break');
  if (!text.isWellFormed() || [...text].some((char) => isControl(char.charCodeAt(0)))) {
    throw malformed('holds a control character or half of a surrogate pair');
  }
}

function parseLine(line: string): SignatureLine {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (!name || !bytes || bytes.length <= KEY_ID_BYTES) throw malformed('has a signature line that cannot be read');
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES).toString('hex'), signature: bytes.subarray(KEY_ID_BYTES) };
}

/**
 * Signs a text as a C2SP signed note.
 *
 * @param text - must end in a line break.
 * @throws VerificationError `malformed_note` for a text that cannot be a note's, or no signer.
 * @example
 * ```ts
 * import { noteKeys, noteSigner, signNote } from '@sallyport/verify';
 *
 * const keys = noteKeys('example.com/log', crypto.getRandomValues(new Uint8Array(32)));
 * signNote('all is well\n', [noteSigner(keys.signer)]);
 * ```
 */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  checkText(text);
  if (signers.length === 0) throw malformed('needs a signer');
  const lines = signers.map((signer) => {
    const signature = Buffer.concat([Buffer.from(signer.keyId, 'hex'), signer.sign(text)]);
    return `— ${signer.name} ${signature.toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/**
 * Opens a C2SP signed note: its text counts only once a known key's signature was verified.
 *
 * Signatures by unknown keys are ignored; one by a known key that does not verify refuses the note.
 *
 * @param verifiers - the keys you trust, from your own configuration, never from the note.
 * @throws VerificationError `malformed_note`, `bad_signature`, or `unknown_key` when no known key signed it.
 * @example
 * ```ts
 * import { noteVerifier, openNote } from '@sallyport/verify';
 *
 * const trusted = noteVerifier('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
 * const textOf = (note: string): string => openNote(note, [trusted]).text;
 * ```
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  checkText(note);
  const split = note.lastIndexOf('\n\n');
  if (split < 0) throw malformed('has no blank line before its signatures');
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed(`has more than ${MAX_SIGNATURES} signatures`);

  const signedBy = new Set<NoteVerifier>();
  for (const { name, keyId, signature } of lines.map(parseLine)) {
    const verifier = verifiers.find((known) => known.name === name && known.keyId === keyId);
    if (!verifier) continue;
    if (!verifier.verify(text, signature)) {
      throw new VerificationError('bad_signature', `the signature of ${name} does not fit the note: it was changed`);
    }
    signedBy.add(verifier);
  }
  if (signedBy.size === 0) {
    throw new VerificationError('unknown_key', 'no key you trust signed the note: check the configured verifier keys');
  }
  return { text, signedBy: [...signedBy].map(({ name, keyId }) => ({ name, keyId })) };
}
