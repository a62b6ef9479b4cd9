import { ConfigurationError } from './errors/configuration.js';

/** A value that may stand for one segment of a path. */
export type PathSegment = string | number;

function encodeSegment(value: PathSegment): string {
  const text = String(value);
  if (text === '') throw new ConfigurationError('A path segment must not be empty. Check the id that was passed.');
  try {
    return encodeURIComponent(text);
  } catch {
    throw new ConfigurationError('A path segment is not valid Unicode (it holds half of a surrogate pair).');
  }
}

/** Visible ASCII only: what is not would be rewritten by some transports and refused by others. */
const PLAIN_PATH = /^\/(?!\/)[!"$->@-[\]-~]*$/;
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Refuses a path that could be read as another one: dot segments are resolved by servers and proxies, encoded or not.
 *
 * @throws ConfigurationError when the path does not start with `/`, has a `.` or `..` segment, or a query or fragment.
 */
export function checkPath(path: string): string {
  if (PLAIN_PATH.test(path) && !DOT_SEGMENT.test(path)) return path;
  throw new ConfigurationError(
    `The path ${JSON.stringify(path)} must start with a single "/", be percent-encoded, and hold no "." or ".." segment, no "?", "#" or "\\". A query is passed separately.`,
  );
}

/**
 * A template tag for request paths: each value becomes exactly one encoded segment.
 *
 * @throws ConfigurationError for an empty value, for `.` and `..`, and for text that is not valid Unicode.
 * @example
 * ```ts
 * import { path } from '@sallyport/core/internal';
 *
 * path`/v1/approvals/${'a/b'}/resolve`; // '/v1/approvals/a%2Fb/resolve'
 * ```
 */
export function path(texts: TemplateStringsArray, ...values: readonly PathSegment[]): string {
  let built = texts[0] ?? '';
  for (const [index, value] of values.entries()) built += encodeSegment(value) + (texts[index + 1] ?? '');
  return checkPath(built);
}
