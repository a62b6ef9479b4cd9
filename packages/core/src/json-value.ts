import { ConfigurationError } from './errors/configuration.js';
import { isPlainObject, shown } from './plain.js';

/** Levels of nesting; a value that contains itself has more. */
export const MAX_DEPTH = 256;
export const TOO_DEEP = `is nested deeper than ${MAX_DEPTH} levels, or contains itself`;

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
export function checkJson(path: string, value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) {
    const fault = leafFault(value);
    if (fault !== undefined) refuse(path, fault);
    return;
  }
  if (depth > MAX_DEPTH) refuse(path, TOO_DEEP);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkJson(`${path}[${index}]`, item, depth + 1);
    return;
  }
  if (!isPlainObject(value)) refuse(path, `is ${shown(value)}`);
  for (const [key, item] of Object.entries(value)) {
    if (!key.isWellFormed()) refuse(path, 'has a name that holds half a surrogate pair');
    checkJson(`${path}.${key}`, item, depth + 1);
  }
}

/** @throws ConfigurationError for a value that is not plain JSON. */
export function refuse(path: string, what: string): never {
  throw new ConfigurationError(`${path} ${what}. Pass plain JSON, so that what is decided on is what runs.`);
}
