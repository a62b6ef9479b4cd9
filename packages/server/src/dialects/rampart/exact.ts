import { isAscii, isUtf8 } from 'node:buffer';

/** The only ways in which a text can be no Unicode, in its JSON. */
const MAY_BE_BROKEN = /[\x80-\xff]|\\u[dD]/;

const NUMBER = /-?[\d.eE+-]+/y;
const MAX_SHOWN = 64;

/** An object or array that is being read. */
interface Frame {
  readonly array: boolean;
  /** The name of the member, once it was read. */
  key?: string | undefined;
  index: number;
}

/** Whether JSON, and what was read from it, has to be looked at closely: most calls are plain texts, and pass here. */
export function mayBeInexact(bytes: Buffer, value: unknown): boolean {
  return !isAscii(bytes) || bytes.includes('\\u') || holdsNumber(value);
}

function holdsNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'number';
  for (const key in value) if (holdsNumber(Reflect.get(value, key))) return true;
  return false;
}

/**
 * Names the first value of a JSON text that is not read as it is written: a number that a double cannot hold, and texts
 * that are no Unicode. Two such texts could be read as one, and an approval is bound to what is read.
 *
 * @param raw - JSON that parses, one character for each byte.
 * @param unbound - a top-level member whose texts may be anything.
 * @returns where it is and what is wrong with it; undefined when all is well.
 */
export function inexactValue(raw: string, unbound: string): string | undefined {
  const frames: Frame[] = [];
  for (let at = 0; at < raw.length; at++) {
    const char = raw[at] ?? '';
    const top = frames.at(-1);
    if (char === '"') {
      const end = endOfText(raw, at);
      const text = raw.slice(at, end);
      at = end - 1;
      const isKey = top?.array === false && top.key === undefined;
      if (!isUnicode(text)) {
        if (isKey) return `${pathOf(frames)} has a name that is no well-formed Unicode`;
        if (frames.length > 1 || top?.key?.toLowerCase() !== unbound) {
          return `${pathOf(frames)} is no well-formed Unicode`;
        }
      }
      if (isKey) top.key = JSON.parse(utf8(text));
    } else if (char === '-' || (char >= '0' && char <= '9')) {
      NUMBER.lastIndex = at;
      const literal = NUMBER.exec(raw)?.[0] ?? char;
      if (!isHeldExactly(literal)) {
        return `${pathOf(frames)} is a number that is not held exactly; send ${literal.slice(0, MAX_SHOWN)} as a string`;
      }
      at += literal.length - 1;
    } else if (char === '{' || char === '[') frames.push({ array: char === '[', index: 0 });
    else if (char === '}' || char === ']') frames.pop();
    else if (char === ',' && top !== undefined) {
      top.index += 1;
      top.key = undefined;
    }
  }
  return undefined;
}

/** One past the closing quote. */
function endOfText(raw: string, start: number): number {
  for (let at = start + 1; at < raw.length; at++) {
    if (raw[at] === '\\') at++;
    else if (raw[at] === '"') return at + 1;
  }
  return raw.length;
}

const utf8 = (raw: string): string => Buffer.from(raw, 'latin1').toString('utf8');

function isUnicode(text: string): boolean {
  if (!MAY_BE_BROKEN.test(text)) return true;
  if (!isUtf8(Buffer.from(text, 'latin1'))) return false;
  return String(JSON.parse(utf8(text))).isWellFormed();
}

/** Whole numbers to 2^53 - 1, and other decimals that a double gives back as they were written. */
function isHeldExactly(literal: string): boolean {
  const value = Number(literal);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  return normal(literal) === normal(String(value));
}

/** A decimal without zeros that say nothing: digits and exponent. */
function normal(decimal: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(decimal) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  if (end === 0) return '0';
  return `${sign}${digits.slice(0, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}

/** `params.items[2].name`, as a client would write it. */
function pathOf(frames: readonly Frame[]): string {
  const steps = frames.map(({ array, index, key }) => {
    if (array) return `[${index}]`;
    if (key === undefined) return '';
    return /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, MAX_SHOWN))}]`;
  });
  return (
    steps
      .join('')
      .replace(/^\./, '')
      .slice(0, 4 * MAX_SHOWN) || 'the body'
  );
}
