import { VerificationError } from '../errors.js';
import { remembered } from './keys.js';

/** What tells one JSON writer from another; the walk over the value is the same. */
export interface JsonDialect {
  text(value: string): string;
  /** Is given finite numbers only. */
  number(value: number): string;
  bigint(value: bigint): string | undefined;
  /** May replace an object before its members are written. */
  object(value: JsonObject): JsonObject;
  /** Sorts in place. */
  sort(keys: string[]): void;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Far beyond any honest record, and far below the depth at which the stack ends. */
const MAX_DEPTH = 1000;

type Trail = (string | number)[];

function refuse(what: string, trail: Trail, depth: number): never {
  const where = trail.slice(0, depth).join('.');
  throw new VerificationError('not_json', `${what}${where && ` at ${where}`} is not JSON: pass plain data only`);
}

/** Plain objects of any realm: their prototype is null or is itself at the end of its chain. */
function isPlain(value: object): value is JsonObject {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Builds a JSON writer. Members whose value is `undefined` are left out, as `JSON.stringify` does. */
export function jsonPrinter(dialect: JsonDialect): (value: unknown) => string {
  const opening = remembered((key) => `${dialect.text(key)}:`);

  function scalar(value: unknown, trail: Trail, depth: number): string {
    switch (typeof value) {
      case 'string':
        return dialect.text(value);
      case 'number':
        return Number.isFinite(value) ? dialect.number(value) : refuse(String(value), trail, depth);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'bigint':
        return dialect.bigint(value) ?? refuse('a bigint', trail, depth);
      default:
        return refuse(value === undefined ? 'undefined' : `a ${typeof value}`, trail, depth);
    }
  }

  function array(value: readonly unknown[], trail: Trail, depth: number): string {
    let out = '[';
    for (let index = 0; index < value.length; index++) {
      trail[depth] = index;
      if (index > 0) out += ',';
      out += print(value[index], trail, depth + 1);
    }
    return `${out}]`;
  }

  function object(value: JsonObject, trail: Trail, depth: number): string {
    const source = dialect.object(value);
    const keys = Object.keys(source);
    dialect.sort(keys);
    let out = '';
    for (const key of keys) {
      const member = source[key];
      if (member === undefined) continue;
      trail[depth] = key;
      out += (out === '' ? '{' : ',') + opening(key) + print(member, trail, depth + 1);
    }
    return out === '' ? '{}' : `${out}}`;
  }

  function print(value: unknown, trail: Trail, depth: number): string {
    if (typeof value !== 'object') return scalar(value, trail, depth);
    if (value === null) return 'null';
    if (depth >= MAX_DEPTH) {
      throw new VerificationError('nesting_depth', `the value is nested over ${MAX_DEPTH} deep, or contains itself`);
    }
    if (Array.isArray(value)) return array(value, trail, depth);
    return isPlain(value) ? object(value, trail, depth) : refuse(Object.prototype.toString.call(value), trail, depth);
  }

  return (value) => print(value, [], 0);
}
