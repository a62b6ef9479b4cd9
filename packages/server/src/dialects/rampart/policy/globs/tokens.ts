/** A unit of a glob that uses up exactly one character of the text. */
export type GlobToken =
  | { readonly kind: 'literal'; readonly code: number }
  /** `?`: any character but `/`. */
  | { readonly kind: 'any' }
  | {
      readonly kind: 'class';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [low: number, high: number])[];
    };

/** What may stand before a token: nothing, a run within one segment, or a run across segments. */
export type Gap = 'none' | 'star' | 'globstar';

/** A glob taken apart: `gaps[i]` stands before `tokens[i]`, and the last gap before the end of the text. */
export interface ParsedGlob {
  readonly tokens: readonly GlobToken[];
  readonly gaps: readonly Gap[];
}

type ClassToken = Extract<GlobToken, { kind: 'class' }>;

/** Reads `[...]` at `start`; undefined when it is empty, unclosed or reversed. */
function parseClass(codes: readonly number[], start: number): { token: ClassToken; end: number } | undefined {
  const close = codes.indexOf(0x5d, start + 1);
  if (close < 0) return undefined;
  const negated = codes[start + 1] === 0x5e;
  const ranges: [number, number][] = [];
  let at = start + (negated ? 2 : 1);
  while (at < close) {
    const low = codes[at] ?? 0;
    const isRange = codes[at + 1] === 0x2d && at + 2 < close;
    const high = isRange ? (codes[at + 2] ?? 0) : low;
    if (low > high) return undefined;
    ranges.push([low, high]);
    at += isRange ? 3 : 1;
  }
  return ranges.length === 0 ? undefined : { token: { kind: 'class', negated, ranges }, end: close };
}

/** Takes a glob apart; undefined when a class in it is malformed, which then matches nothing. */
export function parseGlob(pattern: string, options: { readonly globstar: boolean }): ParsedGlob | undefined {
  const codes = Array.from(pattern, (character) => character.codePointAt(0) ?? 0);
  const tokens: GlobToken[] = [];
  const gaps: Gap[] = ['none'];
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0x2a) {
      const double = options.globstar && codes[at + 1] === 0x2a;
      if (double) at++;
      if (double || gaps[tokens.length] === 'none') gaps[tokens.length] = double ? 'globstar' : 'star';
      continue;
    }
    if (code === 0x3f) {
      tokens.push({ kind: 'any' });
    } else if (code === 0x5b) {
      const parsed = parseClass(codes, at);
      if (parsed === undefined) return undefined;
      tokens.push(parsed.token);
      at = parsed.end;
    } else {
      tokens.push({ kind: 'literal', code });
    }
    gaps.push('none');
  }
  return { tokens, gaps };
}

/** Whether a class accepts the character. */
export function inClass(token: ClassToken, code: number): boolean {
  for (const [low, high] of token.ranges) {
    if (code >= low && code <= high) return !token.negated;
  }
  return token.negated;
}
