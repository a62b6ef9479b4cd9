import { claimsOf, renewClaims } from '../errors/brand.js';
import * as core from '../errors/index.js';
import type { PackedError } from './protocol.js';

const FRAMED = new Set(['name', 'message', 'stack', 'cause']);

function cloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** Makes plain data of whatever was thrown. Fields that cannot be cloned are left behind. */
export function packError(thrown: unknown, thrownBy?: number): PackedError {
  const origin = thrownBy === undefined ? {} : { thrownBy };
  if (!(thrown instanceof Error)) {
    const value = cloneable(thrown) ? thrown : String(thrown);
    return { ...origin, name: '', message: '', stack: '', fields: {}, value };
  }
  const own = Object.entries(thrown).filter(([key, value]) => !FRAMED.has(key) && cloneable(value));
  return {
    ...origin,
    name: thrown.name,
    message: thrown.message,
    stack: thrown.stack ?? '',
    fields: Object.fromEntries(own),
    claims: claimsOf(thrown),
    cause: thrown.cause === undefined ? undefined : packError(thrown.cause),
  };
}

type Exports = Readonly<Record<string, unknown>>;

function prototypeOf(name: string, exports: Exports): object {
  const own: unknown = exports[name] ?? Reflect.get(core, name) ?? Reflect.get(globalThis, name);
  const prototype: unknown = typeof own === 'function' ? own.prototype : undefined;
  return prototype instanceof Error ? prototype : Error.prototype;
}

const frames = (stack: string): string => stack.slice(Math.max(stack.indexOf('\n    at '), 0));

/**
 * Brings an error back to life under its class, found by name among the exports of the client's package, core's and the
 * language's own. The stack of the caller who was blocked follows the worker's.
 */
export function reviveError(packed: PackedError, exports: Exports, callerStack: string): unknown {
  if (packed.name === '' && 'value' in packed) return packed.value;
  // A true Error whose class is changed afterwards: no constructor runs twice, and tools still see a native error.
  const error = Object.setPrototypeOf(new Error(packed.message), prototypeOf(packed.name, exports));
  const hide = (key: string, value: unknown) =>
    Object.defineProperty(error, key, { value, configurable: true, writable: true });
  if (error.name !== packed.name) hide('name', packed.name);
  hide('stack', `${packed.stack}\n    at a blocking call${frames(callerStack)}`);
  if (packed.cause) hide('cause', reviveError(packed.cause, exports, ''));
  renewClaims(error, packed.claims ?? []);
  return Object.assign(error, packed.fields);
}
