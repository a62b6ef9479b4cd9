import { sortKeys } from './keys.js';
import { type JsonObject, jsonPrinter } from './printer.js';

const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;
const SURROGATE = /[\ud800-\udfff]/;

/** What Go escapes and `JSON.stringify` does not. */
const GO_ESCAPES = [
  ['&', '\\u0026'],
  ['<', '\\u003c'],
  ['>', '\\u003e'],
  ['\u2028', '\\u2028'],
  ['\u2029', '\\u2029'],
] as const;

/** Text as Go writes it: HTML-safe, and half a surrogate pair becomes U+FFFD as it does when Go reads one. */
export function goText(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  let json = JSON.stringify(value.toWellFormed());
  for (const [char, escaped] of GO_ESCAPES) if (json.includes(char)) json = json.replaceAll(char, escaped);
  return json;
}

function object(value: JsonObject): JsonObject {
  if (Object.keys(value).every((key) => key.isWellFormed())) return value;
  // Two broken keys may fall together; as in a Go map, the last one stays.
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), member]));
}

/** Byte order of UTF-8, which differs from UTF-16 order only where a surrogate is involved. */
function sort(keys: string[]): void {
  if (keys.some((key) => SURROGATE.test(key))) keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  else sortKeys(keys);
}

/**
 * The JSON text that Go's `encoding/json` writes for a value: map keys in byte order, `<`, `>`, `&`, U+2028 and U+2029
 * escaped, no spaces. Rampart's audit records are hashed in this form.
 *
 * Bigints are written as Go integers; members whose value is `undefined` are left out.
 *
 * @throws VerificationError `not_json` for what JSON cannot express, `nesting_depth` beyond 1,000 levels.
 * @example
 * ```ts
 * import { goJson } from '@sallyport/verify';
 *
 * goJson({ command: 'a && b > c' }); // {"command":"a \u0026\u0026 b \u003e c"}
 * ```
 */
export const goJson: (value: unknown) => string = jsonPrinter({
  text: goText,
  // Go tells the two zeros apart; otherwise its float format is ECMAScript's.
  number: (value) => (Object.is(value, -0) ? '-0' : String(value)),
  bigint: String,
  object,
  sort,
});
