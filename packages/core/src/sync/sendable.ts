import { ConfigurationError } from '../errors/configuration.js';

const MAX_DEPTH = 256;

/** Any class. */
export type AnyClass = abstract new (...args: never[]) => unknown;

const CLONED_WHOLE: readonly AnyClass[] = [Date, Map, Set, RegExp, ArrayBuffer];

function refuse(path: string, what: string): never {
  throw new ConfigurationError(
    `${path} is ${what}, which cannot be given to a blocking client: the async client lives in another thread. ` +
      'Pass plain data, or use the async client.',
  );
}

function nameOf(value: object): string {
  const made: unknown = value.constructor;
  return typeof made === 'function' && made.name ? made.name : 'special object';
}

/**
 * Refuses what would not arrive in the other thread as it is: functions fail to clone, and class instances
 * (an AbortSignal, a URL, a transport) would silently become empty objects.
 *
 * @param data - classes whose instances are no more than their fields, which do arrive.
 * @throws ConfigurationError naming the first such value.
 */
export function checkSendable(value: unknown, path: string, data: readonly AnyClass[] = [], depth = 0): void {
  if (typeof value === 'function') refuse(path, 'a function');
  if (typeof value === 'symbol') refuse(path, 'a symbol');
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) refuse(path, `nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkSendable(item, `${path}[${index}]`, data, depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  const isData = prototype === Object.prototype || prototype === null || data.some((type) => value instanceof type);
  if (isData) {
    for (const [key, item] of Object.entries(value)) checkSendable(item, `${path}.${key}`, data, depth + 1);
    return;
  }
  if (ArrayBuffer.isView(value) || CLONED_WHOLE.some((type) => value instanceof type)) return;
  // An error's class is lost on the way, its text is not; a callback may well return one.
  if (value instanceof Error) return;
  const inner: unknown = Object.getPrototypeOf(prototype);
  if (inner === null) return;
  refuse(path, `a ${nameOf(value)}`);
}
