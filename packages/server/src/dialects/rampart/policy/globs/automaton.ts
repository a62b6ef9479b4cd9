import { type GlobToken, inClass, type ParsedGlob } from './tokens.js';

/** Counts the machine words an automaton touches, so that a bound can be shown without a clock. */
export interface Meter {
  steps: number;
}

/** Decides whether a whole text fits. */
export type TextMatcher = (text: string, meter?: Meter) => boolean;

export interface AutomatonOptions {
  /** Whether a character class may stand for `/`. */
  readonly classCrosses: boolean;
  /** Tokens that may be left out together with what stands before them. */
  readonly optionalPrefix?: number;
}

const SLASH = 0x2f;
const ASCII = 128;
const CACHED_CHARACTERS = 512;

function accepts(token: GlobToken, code: number, classCrosses: boolean): boolean {
  if (token.kind === 'literal') return token.code === code;
  if (token.kind === 'any') return code !== SLASH;
  return (code !== SLASH || classCrosses) && inClass(token, code);
}

function asciiMasks(tokens: readonly GlobToken[], classCrosses: boolean): Int32Array {
  const masks = new Int32Array(ASCII);
  const add = (code: number, bit: number) => {
    masks[code] = (masks[code] ?? 0) | bit;
  };
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'literal') {
      if (token.code < ASCII) add(token.code, 1 << index);
      continue;
    }
    for (let code = 0; code < ASCII; code++) if (accepts(token, code, classCrosses)) add(code, 1 << index);
  }
  return masks;
}

/**
 * Bit-parallel simulation: bit `i` of the state set says that `tokens[i]` comes next. A gap only keeps its own bit alive,
 * so one step per character decides, and no input makes it go back.
 */
export function compileAutomaton(glob: ParsedGlob, options: AutomatonOptions): TextMatcher {
  return glob.tokens.length < 32 ? narrow(glob, options) : wide(glob, options);
}

function narrow({ tokens, gaps }: ParsedGlob, { classCrosses, optionalPrefix = 0 }: AutomatonOptions): TextMatcher {
  const maskOf = (code: number): number => {
    let mask = 0;
    for (const [index, token] of tokens.entries()) if (accepts(token, code, classCrosses)) mask |= 1 << index;
    return mask;
  };
  const ascii = asciiMasks(tokens, classCrosses);
  let stay = 0;
  let cross = 0;
  for (const [index, gap] of gaps.entries()) {
    if (gap !== 'none') stay |= 1 << index;
    if (gap === 'globstar') cross |= 1 << index;
  }
  const start = 1 | (1 << optionalPrefix);
  const final = 1 << tokens.length;
  const settled = cross & final;
  return (text, meter) => {
    let states = start;
    for (let at = 0; at < text.length; at++) {
      let code = text.charCodeAt(at);
      if (code >= 0xd800 && code < 0xdc00) {
        code = text.codePointAt(at) ?? code;
        if (code > 0xffff) at++;
      }
      const accepted = code < ASCII ? (ascii[code] ?? 0) : maskOf(code);
      states = ((states & accepted) << 1) | (states & (code === SLASH ? cross : stay));
      if (meter !== undefined) meter.steps++;
      if (states === 0) return false;
      if ((states & settled) !== 0) return true;
    }
    return (states & final) !== 0;
  };
}

function wide({ tokens, gaps }: ParsedGlob, { classCrosses, optionalPrefix = 0 }: AutomatonOptions): TextMatcher {
  const words = (tokens.length >> 5) + 1;
  const set = (bits: Int32Array, index: number) => {
    bits[index >> 5] = (bits[index >> 5] ?? 0) | (1 << (index & 31));
  };
  const stay = new Int32Array(words);
  const cross = new Int32Array(words);
  for (const [index, gap] of gaps.entries()) {
    if (gap !== 'none') set(stay, index);
    if (gap === 'globstar') set(cross, index);
  }
  const masks = new Map<number, Int32Array>();
  const maskOf = (code: number): Int32Array => {
    const known = masks.get(code);
    if (known !== undefined) return known;
    const mask = new Int32Array(words);
    for (const [index, token] of tokens.entries()) if (accepts(token, code, classCrosses)) set(mask, index);
    if (masks.size >= CACHED_CHARACTERS) masks.clear();
    masks.set(code, mask);
    return mask;
  };
  return (text, meter) => {
    const states = new Int32Array(words);
    set(states, 0);
    set(states, optionalPrefix);
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0;
      const mask = maskOf(code);
      const keep = code === SLASH ? cross : stay;
      let carry = 0;
      let alive = 0;
      for (let word = 0; word < words; word++) {
        const current = states[word] ?? 0;
        const moved = current & (mask[word] ?? 0);
        const next = (moved << 1) | carry | (current & (keep[word] ?? 0));
        carry = moved >>> 31;
        states[word] = next;
        alive |= next;
      }
      if (meter !== undefined) meter.steps += words;
      if (alive === 0) return false;
    }
    return ((states[tokens.length >> 5] ?? 0) & (1 << (tokens.length & 31))) !== 0;
  };
}
