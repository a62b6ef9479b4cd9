import { VerificationError } from '../errors.js';

/** How `json.dumps` was called. */
export interface PythonJsonOptions {
  /**
   * `separators=(',', ':')`: nothing stands between members.
   *
   * @defaultValue `false`
   */
  readonly compact?: boolean;
  /**
   * `sort_keys=True`: members in the order of their names' code points.
   *
   * @defaultValue `false`
   */
  readonly sortKeys?: boolean;
}

/** What `json.dumps` leaves as it is inside of a text. */
const PLAIN = /^[ !#-[\]-~]*$/;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};
const MAX_DEPTH = 1000;

const escaped = (unit: string): string => SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

const text = (value: string): string =>
  PLAIN.test(value) ? `"${value}"` : `"${value.replace(/[^ !#-[\]-~]/g, escaped)}"`;

/** UTF-8 keeps the order of code points, which UTF-16 does not. */
const byCodePoint = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));

function membersOf(value: object, { sortKeys }: PythonJsonOptions): readonly (readonly [string, unknown])[] {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return sortKeys ? members.sort(byCodePoint) : members;
}

function print(value: unknown, depth: number, options: PythonJsonOptions): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'object')
    throw new VerificationError('not_json', `${String(value)} is not JSON: pass plain data only`);
  if (depth >= MAX_DEPTH) {
    throw new VerificationError('nesting_depth', `the value is nested over ${MAX_DEPTH} deep, or contains itself`);
  }
  const [comma, colon] = options.compact ? [',', ':'] : [', ', ': '];
  if (Array.isArray(value)) return `[${value.map((item) => print(item, depth + 1, options)).join(comma)}]`;
  const members = membersOf(value, options);
  return `{${members.map(([key, member]) => text(key) + colon + print(member, depth + 1, options)).join(comma)}}`;
}

/**
 * The JSON text that Python's `json.dumps` writes: members in the order in which they stand, `", "` and `": "` as
 * separators unless `compact`, every character beyond printable ASCII as `\uXXXX`.
 *
 * Numbers are written as ECMAScript has them: a Python float without a fraction (`1.0`) cannot be told from an integer.
 *
 * @param options - how `json.dumps` was called; its defaults when absent.
 * @throws VerificationError `not_json` for what JSON cannot express, `nesting_depth` beyond 1,000 levels.
 * @example
 * ```ts
 * import { pythonJson } from '@sallyport/verify';
 *
 * pythonJson({ k: 'é', n: 1 }); // {"k": "\u00e9", "n": 1}
 * pythonJson({ k: 'é', n: 1 }, { compact: true }); // {"k":"\u00e9","n":1}
 * ```
 */
export const pythonJson = (value: unknown, options: PythonJsonOptions = {}): string => print(value, 0, options);
