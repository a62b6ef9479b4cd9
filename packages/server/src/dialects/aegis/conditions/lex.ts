/** A condition that cannot be read. */
export class ConditionSyntaxError extends Error {
  override readonly name = 'ConditionSyntaxError';
}

/** One word of a condition. */
export type Token =
  | { readonly kind: 'value'; readonly value: string | number | boolean | null; readonly at: number }
  | { readonly kind: 'path'; readonly path: readonly string[]; readonly at: number }
  | { readonly kind: 'symbol'; readonly symbol: string; readonly at: number };

const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'matches']);
const CONSTANTS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null, none: null };

const TOKEN =
  /\s*(?:(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)(?![\w.])|(?<word>[A-Za-z_][\w-]*(?:\.[\w-]+)*)|(?<symbol>==|!=|<=|>=|<|>|\(|\)|\[|\]|,))/y;

/** Splits a condition into words. @throws ConditionSyntaxError */
export function lex(source: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = source.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    if (found?.groups === undefined) throw unexpected(source, from);
    tokens.push(tokenOf(found.groups, from));
  }
  return tokens;
}

function tokenOf({ text, number, word, symbol = '' }: Readonly<Record<string, string | undefined>>, at: number): Token {
  if (text !== undefined) return { kind: 'value', value: text.slice(1, -1).replace(/\\(.)/gs, '$1'), at };
  if (number !== undefined) return { kind: 'value', value: Number(number), at };
  if (word === undefined) return { kind: 'symbol', symbol, at };
  const lower = word.toLowerCase();
  if (KEYWORDS.has(lower)) return { kind: 'symbol', symbol: lower, at };
  const constant = Object.hasOwn(CONSTANTS, lower) ? CONSTANTS[lower] : undefined;
  return constant === undefined ? { kind: 'path', path: word.split('.'), at } : { kind: 'value', value: constant, at };
}

function unexpected(source: string, from: number): ConditionSyntaxError {
  const at = from + (source.slice(from).length - source.slice(from).trimStart().length);
  return new ConditionSyntaxError(`unexpected "${source.slice(at, at + 10)}" at position ${at}`);
}
