import { createHmac } from 'node:crypto';
import { VerificationError } from '../errors.js';
import { sha256Hex } from '../hash.js';
import { canonicalJson, canonicalJsonOf } from '../json/canonical.js';
import { parseObject, textMember } from '../json/lines.js';
import type { ChainFormula, ChainKey, ChainLink } from './formula.js';

/** How a canonical-JSON chain names its members and hashes them. */
export interface CanonicalFormulaOptions {
  /** @defaultValue `canonical` */
  readonly name?: string;
  /** @defaultValue `sha256` */
  readonly algorithm?: 'sha256' | 'hmac-sha256';
  /** The key of `hmac-sha256` for calls that give none. */
  readonly key?: ChainKey;
  /** Put before the 64 hex digits. @defaultValue `sha256:` or `hmac-sha256:` */
  readonly prefix?: string;
  /** @defaultValue the prefix and 64 zeros */
  readonly genesis?: string;
  /** @defaultValue `hash` */
  readonly hashField?: string;
  /** @defaultValue `previous_hash` */
  readonly previousField?: string;
  /** @defaultValue `id` */
  readonly idField?: string;
  /**
   * Accept lines that were parsed and printed again: the value is checked then, not the text, so that a change which
   * parses to the same value (a space, a repeated member) goes unseen.
   *
   * @defaultValue `false`
   */
  readonly reserialised?: boolean;
}

const HEX_DIGITS = 64;

/**
 * A chain over canonical JSON (RFC 8785): the hash covers the record without its own hash, the predecessor's hash
 * included. The stored line is that canonical text with the hash as its last member, so that it is checked as text.
 *
 * @throws VerificationError `missing_key` when `hmac-sha256` seals or checks without a key.
 * @example
 * ```ts
 * import { canonicalFormula, verifyChainSync } from '@sallyport/verify';
 *
 * const formula = canonicalFormula({ algorithm: 'hmac-sha256', key: 'from your configuration' });
 * const first = formula.seal({ id: 'e1', outcome: 'ALLOW' }, formula.genesis);
 * const second = formula.seal({ id: 'e2', outcome: 'DENY' }, first.hash);
 * verifyChainSync([first.text, second.text], { formula }).count; // 2
 * ```
 */
export function canonicalFormula(
  options: CanonicalFormulaOptions = {},
): ChainFormula<Readonly<Record<string, unknown>>> {
  const { algorithm = 'sha256', hashField = 'hash', previousField = 'previous_hash', idField = 'id' } = options;
  const { name = 'canonical', prefix = `${algorithm}:`, reserialised = false } = options;
  const hashLength = prefix.length + HEX_DIGITS;
  const hashOpening = `,${JSON.stringify(hashField)}:"`;
  const tailLength = hashOpening.length + hashLength + 2;

  function digest(text: string, key: ChainKey | undefined): string {
    if (algorithm === 'sha256') return prefix + sha256Hex(text);
    const secret = key ?? options.key;
    if (!secret?.length) {
      throw new VerificationError('missing_key', `${name} records are keyed: give the key from your configuration`);
    }
    return prefix + createHmac('sha256', secret).update(text).digest('hex');
  }

  function read(line: string): ChainLink {
    const record = parseObject(line);
    const hash = record?.[hashField];
    const previous = record?.[previousField];
    if (!record || typeof hash !== 'string' || typeof previous !== 'string') {
      throw new VerificationError(
        'malformed_record',
        `the line is not a JSON object with "${previousField}" and "${hashField}": pass one record a line`,
      );
    }
    record[hashField] = undefined;
    return { previous, hash, record };
  }

  /** The hashed text: the line without its last member, cut out and not printed again. */
  function content(line: string, hash: string): string {
    if (hash.length === hashLength && line.endsWith(`${hashOpening}${hash}"}`)) return `${line.slice(0, -tailLength)}}`;
    throw new VerificationError(
      'malformed_record',
      `"${hashField}" is not the line's last member: for lines that were printed again, set reserialised`,
    );
  }

  function rehash(line: string, link: ChainLink, key?: ChainKey): string {
    if (!reserialised) return digest(content(line, link.hash), key);
    return digest(canonicalJsonOf(link.record, line), key);
  }

  return {
    name,
    genesis: options.genesis ?? prefix + '0'.repeat(HEX_DIGITS),
    seal(draft, previous, key) {
      const text = canonicalJson({ ...draft, [previousField]: previous, [hashField]: undefined });
      const hash = digest(text, key);
      return { text: `${text.slice(0, -1)}${hashOpening}${hash}"}`, hash };
    },
    read,
    rehash,
    identify: (line) => textMember(line, idField),
  };
}
