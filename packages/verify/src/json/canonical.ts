import { VerificationError } from '../errors.js';
import { sortKeys } from './keys.js';
import { type JsonObject, jsonPrinter } from './printer.js';

// What needs no escape and is most of all text: putting it in quotes is quicker than JSON.stringify.
const PLAIN = /^[ !#-[\]-~]*$/;

function text(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) {
    throw new VerificationError(
      'lone_surrogate',
      `${JSON.stringify(value.slice(0, 40))} contains half of a surrogate pair, which has no UTF-8 form: refuse it at input`,
    );
  }
  return JSON.stringify(value);
}

const DIALECT = {
  number: String,
  bigint: () => undefined,
  object: (value: JsonObject) => value,
  sort: sortKeys,
};

/**
 * The canonical JSON text of a value (RFC 8785): sorted members, no spaces, ECMAScript numbers.
 *
 * Plain data only; members whose value is `undefined` are left out, nesting is limited to 1,000 levels.
 *
 * @throws VerificationError `not_json` for what JSON cannot express (bigints, functions, `NaN`, class instances),
 * `lone_surrogate` for text without a UTF-8 form, `nesting_depth` for cycles and extreme nesting.
 * @example
 * ```ts
 * import { canonicalJson } from '@sallyport/verify';
 *
 * canonicalJson({ b: [1e21, 0.5], a: 'é' }); // {"a":"é","b":[1e+21,0.5]}
 * ```
 */
export const canonicalJson: (value: unknown) => string = jsonPrinter({ ...DIALECT, text });

const withoutEscapes = jsonPrinter({ ...DIALECT, text: (value) => `"${value}"` });

/**
 * {@link canonicalJson} of what was parsed from a JSON text. Where that text has no escape, none of its strings needs
 * one, and looking at each of them can be spared.
 */
export const canonicalJsonOf = (parsed: unknown, source: string): string =>
  source.includes('\\') || !source.isWellFormed() ? canonicalJson(parsed) : withoutEscapes(parsed);
