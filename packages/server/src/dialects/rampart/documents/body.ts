import { InvalidCallError } from './errors.js';

const MAX_DEPTH = 200;

/** Members, items and containers: each costs time on the one thread, and no tool call has nearly so many. */
const MAX_VALUES = 10_000;

const LONE_SURROGATE = /\p{Surrogate}/gu;
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

/** A JSON object as it was received. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a request body: exactly one JSON value, nested at most 200 deep and made of at most
 * 10,000. Bytes that are no UTF-8 and lone surrogates
 * become U+FFFD, as the released server's decoder has it.
 *
 * @param body - at most as large as the route allows; the caller has seen to that.
 * @param label - what the route puts before the reason: `invalid request body`, `invalid body`.
 * @throws InvalidCallError
 */
export function parseBody(body: Uint8Array, label = 'invalid request body'): unknown {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length > MAX_DEPTH) refuseExcess(bytes, label);
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidCallError(`${label}: ${whyNot(text)}`);
  }
  return SURROGATE_ESCAPE.test(text) ? wellFormed(value) : value;
}

/** Counting brackets and commas suffices: a text in which they do not fit is refused by the parser anyway. */
function refuseExcess(bytes: Buffer, label: string): void {
  let depth = 0;
  let values = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (quoted) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x2c) values += 1;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      values += 1;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    if (values > MAX_VALUES) throw new InvalidCallError(`${label}: more than ${MAX_VALUES} values`);
    if (depth > MAX_DEPTH) throw new InvalidCallError(`${label}: exceeded max depth`);
  }
}

function whyNot(text: string): string {
  if (text.trim() === '') return 'EOF';
  const end = endOfFirstValue(text);
  if (end === undefined) return 'malformed JSON';
  return parses(text.slice(end))
    ? 'request body must contain exactly one JSON value'
    : 'invalid trailing data: malformed JSON';
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Where the first value ends, when it is a whole one: only containers and texts can be followed by more without a space. */
function endOfFirstValue(text: string): number | undefined {
  const end = scanValue(text, text.length - text.trimStart().length);
  return end !== undefined && parses(text.slice(0, end)) ? end : undefined;
}

function scanValue(text: string, start: number): number | undefined {
  const first = text[start];
  if (first !== '{' && first !== '[' && first !== '"') {
    const scalar = /[^\s,:{}[\]"]*/y;
    scalar.lastIndex = start;
    return start + (scalar.exec(text)?.[0].length ?? 0);
  }
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '{' || char === '[')) depth += 1;
    else if (!quoted && (char === '}' || char === ']')) depth -= 1;
    if (depth === 0 && !quoted) return at + 1;
  }
  return undefined;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(LONE_SURROGATE, '\ufffd');
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.replace(LONE_SURROGATE, '\ufffd'), wellFormed(item)]),
  );
}

/**
 * The named top-level fields of a body. Names match in any case (the last spelling wins), `null` stands for an absent
 * body or field, and unknown fields are ignored. Keys further down are taken as they are.
 *
 * @throws InvalidCallError when the body is no object.
 */
export function bodyFields(body: unknown, names: ReadonlySet<string>, label = 'invalid request body'): Fields {
  if (body === null) return {};
  if (!isFields(body)) throw new InvalidCallError(`${label}: the body must be a JSON object`);
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    const name = names.has(key) ? key : key.toLowerCase();
    if (names.has(name) && value !== null) fields[name] = value;
  }
  return fields;
}

/** A text field of a body; empty when it is absent. @throws InvalidCallError */
export function textField(fields: Fields, name: string, label = 'invalid request body'): string {
  const value = fields[name] ?? '';
  if (typeof value !== 'string') throw new InvalidCallError(`${label}: ${name} must be a string`);
  return value;
}

/** A yes-or-no field of a body; false when it is absent. @throws InvalidCallError */
export function flagField(fields: Fields, name: string, label = 'invalid request body'): boolean {
  const value = fields[name] ?? false;
  if (typeof value !== 'boolean') throw new InvalidCallError(`${label}: ${name} must be a boolean`);
  return value;
}

/** An object field of a body; undefined when it is absent. @throws InvalidCallError */
export function objectField(fields: Fields, name: string, label = 'invalid request body'): Fields | undefined {
  const value = fields[name];
  if (value !== undefined && !isFields(value)) throw new InvalidCallError(`${label}: ${name} must be an object`);
  return value;
}
