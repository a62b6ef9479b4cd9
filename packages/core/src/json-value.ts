import { ConfigurationError } from './errors/configuration.js';
import { isPlainObject, shown } from './plain.js';

const PLAIN = 'Pass plain JSON, so that what is decided on is what runs.';

/** Levels of nesting. */
const MAX_DEPTH = 256;

/** The values that one value lies in, the outermost first. */
export type Within = readonly object[];

/** Refuses a value that JSON could not end: one that contains itself, or that is nested too deep. */
export function checkNesting(path: string, value: object, within: Within): void {
  if (within.includes(value)) throw new ConfigurationError(`${path} is circular: it contains itself. ${PLAIN}`);
  if (within.length <= MAX_DEPTH) return;
  const [root = path] = path.split(/[.[]/, 1);
  refuse(root, `is nested deeper than ${MAX_DEPTH} levels`);
}

/**
 * What keeps a value that is no object from arriving as it is: JSON would drop it, write null in its place, or have it
 * read as something else. Undefined where nothing does.
 */
export function leafFault(value: unknown): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'holds half a surrogate pair';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `is ${value}`;
    const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
    return isExact ? undefined : `is ${value}, a whole number beyond ±(2^53 - 1): pass it as a string`;
  }
  if (value === undefined) return 'is undefined';
  return typeof value === 'boolean' || value === null ? undefined : `is a ${typeof value}`;
}

/**
 * Refuses what would not arrive as it is: what is decided on must be what runs.
 *
 * @param path - what the value is called in the message: `params`.
 * @throws ConfigurationError naming the path of the first value that is not plain JSON.
 */
export function checkJson(path: string, value: unknown, within: Within = []): void {
  if (typeof value !== 'object' || value === null) {
    const fault = leafFault(value);
    if (fault !== undefined) refuse(path, fault);
    return;
  }
  checkNesting(path, value, within);
  const inside = [...within, value];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkJson(`${path}[${index}]`, item, inside);
    return;
  }
  if (!isPlainObject(value)) refuse(path, `is ${shown(value)}`);
  for (const [key, item] of Object.entries(value)) {
    if (!key.isWellFormed()) refuse(path, 'has a name that holds half a surrogate pair');
    checkJson(`${path}.${key}`, item, inside);
  }
}

/** @throws ConfigurationError for a value that is not plain JSON. */
export function refuse(path: string, what: string): never {
  throw new ConfigurationError(`${path} ${what}. ${PLAIN}`);
}
