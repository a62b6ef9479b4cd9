/**
 * Every way in which a verification can fail, one code each.
 *
 * - values: `not_json`, `lone_surrogate`, `nesting_depth`
 * - records: `malformed_record`, `bad_encoding`, `bad_hash`, `broken_link`, `misplaced_continuation`,
 *   `unanchored_range`, `missing_key`
 * - histories: `cut_tail`, `rewritten`, `forked`, `unanchored_range`
 * - trees: `index_range`, `hash_length`, `proof_length`, `proof_position`, `root_mismatch`, `missing_tile`,
 *   `malformed_tile`, `stale_append`
 * - notes: `malformed_note`, `malformed_checkpoint`, `malformed_proof`, `malformed_state`, `malformed_key`,
 *   `unknown_key`, `bad_signature`, `wrong_origin`
 * - webhooks: `missing_header`, `malformed_header`, `timestamp_too_old`, `timestamp_too_new`, `body_not_raw`,
 *   `malformed_key`, `bad_signature`
 */
export type VerificationCode =
  | 'bad_encoding'
  | 'bad_hash'
  | 'bad_signature'
  | 'body_not_raw'
  | 'broken_link'
  | 'cut_tail'
  | 'forked'
  | 'hash_length'
  | 'index_range'
  | 'lone_surrogate'
  | 'malformed_checkpoint'
  | 'malformed_header'
  | 'malformed_key'
  | 'malformed_note'
  | 'malformed_proof'
  | 'malformed_record'
  | 'malformed_state'
  | 'malformed_tile'
  | 'misplaced_continuation'
  | 'missing_header'
  | 'missing_key'
  | 'missing_tile'
  | 'nesting_depth'
  | 'not_json'
  | 'proof_length'
  | 'proof_position'
  | 'rewritten'
  | 'root_mismatch'
  | 'stale_append'
  | 'timestamp_too_new'
  | 'timestamp_too_old'
  | 'unanchored_range'
  | 'unknown_key'
  | 'wrong_origin';

// The same registered symbols that the rest of the family uses, so that `instanceof SallyportError` holds without an
// import, and two copies of this package (ESM beside CJS) recognise each other's errors.
const BRAND = Symbol.for('sallyport.error:verify/VerificationError');
const FAMILY_BRAND = Symbol.for('sallyport.error:core/SallyportError');

/** Tests by the class's own brand; a user's subclass has none and is tested by its prototype. */
function hasBrand(this: typeof VerificationError, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (this === VerificationError) return Reflect.get(value, BRAND) === true;
  return Object.prototype.isPrototypeOf.call(this.prototype, value);
}

/**
 * Something that was to be proved was not: the `code` says which check failed, the message where and what to do next.
 *
 * It belongs to the `SallyportError` tree of `@sallyport/core` and has the fields of that class.
 *
 * @example
 * ```ts
 * import { VerificationError, verifyInclusion } from '@sallyport/verify';
 *
 * function isLogged(claim: Parameters<typeof verifyInclusion>[0]): boolean {
 *   try {
 *     verifyInclusion(claim);
 *     return true;
 *   } catch (error) {
 *     if (error instanceof VerificationError && error.code === 'root_mismatch') return false;
 *     throw error;
 *   }
 * }
 * ```
 */
export class VerificationError extends Error {
  /** Stable and documented: branch on this. */
  readonly code: VerificationCode;
  /** Nobody is asked over a wire, so these fields of the family stay empty. */
  readonly gateway: string | undefined = undefined;
  readonly operation: string | undefined = undefined;
  readonly requestId: string | undefined = undefined;

  static {
    for (const [target, key, value] of [
      [VerificationError, Symbol.hasInstance, hasBrand],
      [VerificationError.prototype, 'name', 'VerificationError'],
      // Bundlers rename a class with a static block, and `inspect` prints the class's own name.
      [VerificationError, 'name', 'VerificationError'],
      [VerificationError.prototype, BRAND, true],
      [VerificationError.prototype, FAMILY_BRAND, true],
    ] as const) {
      Object.defineProperty(target, key, { value, configurable: true, writable: true });
    }
  }

  constructor(code: VerificationCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** Name, message and code: safe to log. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, code: this.code };
  }
}
