import { UnstorableValueError } from './errors.js';

/** What the drivers are given. */
export type Bound = string | number | bigint | Buffer | null;

/** A NUL ends a text early in one store and is refused by the other; a lone surrogate silently becomes another text. */
function faultOfText(text: string): string | undefined {
  if (text.includes('\0')) return 'a text with a NUL character';
  return text.isWellFormed() ? undefined : 'a text with a lone surrogate';
}

function faultOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return faultOfText(value);
    case 'number':
      return Number.isFinite(value) ? undefined : 'a number that is not finite';
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? undefined : 'an integer of more than 64 bits';
    case 'object':
      return value === null || value instanceof Uint8Array ? undefined : 'an object';
    default:
      return `a value of type ${typeof value}`;
  }
}

function isBound(value: unknown): value is Bound {
  return typeof value !== 'object' || value === null || Buffer.isBuffer(value);
}

function refuse(fault: string | undefined, parameter: number): void {
  if (fault !== undefined) throw new UnstorableValueError(`The store cannot hold ${fault}.`, { parameter });
}

function bindOne(value: unknown, parameter: number): Bound {
  refuse(faultOf(value), parameter);
  if (value instanceof Uint8Array && !Buffer.isBuffer(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  // SQLite's driver takes every number for a float, which a text column would keep as "5.0".
  if (Number.isSafeInteger(value)) return BigInt(Number(value));
  if (isBound(value)) return value;
  throw new UnstorableValueError('The store cannot hold this value.', { parameter });
}

/**
 * Checks texts that are to be written later, together with others.
 *
 * @throws UnstorableValueError
 */
export function checkTexts(texts: readonly string[]): void {
  for (const [index, text] of texts.entries()) refuse(faultOfText(text), index);
}

/**
 * Checks the parameters of one statement: what gets past here reads back as it was written, on both stores.
 *
 * @throws UnstorableValueError for what does not, and when there are more or fewer than the statement has placeholders.
 */
export function bindAll(params: readonly unknown[], expected: number): Bound[] {
  if (params.length !== expected) {
    throw new UnstorableValueError(`A statement with ${expected} placeholders was given ${params.length} values.`, {
      parameter: Math.min(params.length, expected),
    });
  }
  return params.map(bindOne);
}
