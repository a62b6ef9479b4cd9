/** What follows a segment: the next command of a pipeline, of an and-or list, of a list, or nothing. */
export type Separator = 'pipe' | 'and' | 'or' | 'list' | 'end';

/** One simple command as it was written, taken apart into words. */
export interface Segment {
  /** Offsets into the text, without surrounding blanks. */
  readonly start: number;
  readonly end: number;
  /** The words without quotes and escapes; empty words are dropped. */
  readonly words: readonly string[];
  /** Per word, where its first quoted or escaped character stands; its length when there is none. Absent when nothing is quoted. */
  readonly quotedFrom: readonly number[] | undefined;
  /** Before which words an empty one was dropped; absent when none was. */
  readonly emptyBefore: readonly number[] | undefined;
  /** Whether something quoted would mean something else to a second shell. */
  readonly hidesSyntax: boolean;
  /** Number of words before an unquoted comment; the number of words when there is none. */
  readonly commentAt: number;
  /** Offsets of unquoted parentheses that group commands. */
  readonly parentheses: readonly number[];
  readonly separator: Separator;
}

const TAB = 0x09;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const DOUBLE_QUOTE = 0x22;
const HASH = 0x23;
const DOLLAR = 0x24;
const AMPERSAND = 0x26;
const SINGLE_QUOTE = 0x27;
const OPEN = 0x28;
const CLOSE = 0x29;
const SEMICOLON = 0x3b;
const LESS = 0x3c;
const GREATER = 0x3e;
const BACKSLASH = 0x5c;
const BACKTICK = 0x60;
const PIPE = 0x7c;

/** What may stand right before a redirection's operator. */
const DESCRIPTOR = /^(?:\d+|&|\{[A-Za-z_]\w*\})$/;
const NONE: readonly number[] = [];
const EXPANDS = new Set([DOLLAR, LESS, GREATER]);
const SYNTAX = new Set([NEWLINE, DOUBLE_QUOTE, AMPERSAND, SINGLE_QUOTE, SEMICOLON, BACKSLASH, BACKTICK, PIPE]);

/** Splits a text at unquoted operators and newlines, and each part into words. Knows quotes and escapes, not grammar. */
export function lex(text: string): Segment[] {
  return new Lexer(text).run();
}

class Lexer {
  readonly #text: string;
  readonly #segments: Segment[] = [];
  /** Open parentheses: true for those that group, false for those of an expansion. */
  readonly #nesting: boolean[] = [];
  #words: string[] = [];
  #quotedFrom: number[] | undefined;
  #emptyBefore: number[] | undefined;
  #parentheses: number[] | undefined;
  #hidesSyntax = false;
  #hasCase: boolean | undefined;
  #commentAt = -1;
  #segmentStart = 0;
  /** What the current word holds before `runStart`; the rest of it is the plain text since then. */
  #word = '';
  #wordQuotedFrom = -1;
  #runStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Segment[] {
    const text = this.#text;
    let previous = 0;
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      let next = at + 1;
      switch (code) {
        case SPACE:
        case TAB:
          this.#endWord(at, next);
          break;
        case SINGLE_QUOTE:
        case DOUBLE_QUOTE:
        case BACKSLASH:
          next = this.#quoted(at, code);
          break;
        case NEWLINE:
        case SEMICOLON:
          this.#endSegment(at, next, 'list');
          break;
        case PIPE: {
          const following = text.charCodeAt(next);
          // `>|` redirects.
          if (previous === GREATER) break;
          if (following === PIPE || following === AMPERSAND) next++;
          this.#endSegment(at, next, following === PIPE ? 'or' : 'pipe');
          break;
        }
        case AMPERSAND:
          if (text.charCodeAt(next) === AMPERSAND) {
            next++;
            this.#endSegment(at, next, 'and');
          } else if (previous !== LESS && previous !== GREATER && text.charCodeAt(next) !== GREATER) {
            this.#endSegment(at, next, 'list');
          } else if (previous !== LESS && previous !== GREATER) {
            this.#endWord(at, at);
          }
          break;
        case LESS:
        case GREATER:
          if (at > this.#runStart || this.#wordQuotedFrom >= 0) this.#startRedirection(at, previous);
          break;
        case OPEN:
        case CLOSE:
          this.#parenthesis(at, code, previous);
          break;
        case HASH:
          if (this.#commentAt < 0 && at === this.#runStart && this.#wordQuotedFrom < 0)
            this.#commentAt = this.#words.length;
          break;
      }
      // A quoted character takes no part in an operator.
      previous = code === BACKSLASH || code === SINGLE_QUOTE || code === DOUBLE_QUOTE ? 0 : code;
      at = next;
    }
    this.#endSegment(at, at, 'end');
    return this.#segments;
  }

  /** Takes in what a quote or an escape protects; returns where it ends. An unclosed quote protects all the rest. */
  #quoted(at: number, kind: number): number {
    const text = this.#text;
    if (kind === BACKSLASH && at + 1 >= text.length) return at + 1;
    this.#word += text.slice(this.#runStart, at);
    if (this.#wordQuotedFrom < 0) this.#wordQuotedFrom = this.#word.length;
    let end = at + 1;
    if (kind === SINGLE_QUOTE) {
      const close = text.indexOf("'", end);
      this.#protect(text.slice(end, close < 0 ? text.length : close));
      end = close < 0 ? text.length : close + 1;
    } else if (kind === BACKSLASH) {
      if (text.charCodeAt(end) !== NEWLINE) this.#protect(text.charAt(end));
      end++;
    } else {
      end = this.#doubleQuoted(end);
    }
    this.#runStart = end;
    return end;
  }

  #doubleQuoted(start: number): number {
    const text = this.#text;
    let run = start;
    let at = start;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === DOUBLE_QUOTE) break;
      if (code !== BACKSLASH || at + 1 >= text.length) continue;
      this.#protect(text.slice(run, at));
      at++;
      run = text.charCodeAt(at) === NEWLINE ? at + 1 : at;
    }
    this.#protect(text.slice(run, at));
    return at + 1;
  }

  #protect(content: string): void {
    this.#word += content;
    for (let at = 0; at < content.length && !this.#hidesSyntax; at++) {
      if (SYNTAX.has(content.charCodeAt(at))) this.#hidesSyntax = true;
    }
  }

  #parenthesis(at: number, code: number, previous: number): void {
    const groups = code === OPEN ? !EXPANDS.has(previous) : (this.#nesting.pop() ?? true);
    if (code === OPEN) this.#nesting.push(groups);
    // The parentheses of `case` arms do not pair up, so beside one no pair can be trusted.
    if (!groups && !this.#holdsCase()) return;
    this.#parentheses ??= [];
    this.#parentheses.push(at);
  }

  #holdsCase(): boolean {
    this.#hasCase ??= this.#text.includes('case');
    return this.#hasCase;
  }

  /** A redirection starts a word of its own, with the file descriptor right before it. */
  #startRedirection(at: number, previous: number): void {
    if (previous === LESS || previous === GREATER || this.#text.charCodeAt(at + 1) === OPEN) return;
    if (this.#wordQuotedFrom < 0 && DESCRIPTOR.test(this.#text.slice(this.#runStart, at))) return;
    this.#endWord(at, at);
  }

  #endWord(end: number, next: number): void {
    const word = this.#word + this.#text.slice(this.#runStart, end);
    this.#runStart = next;
    if (word !== '') {
      if (this.#wordQuotedFrom >= 0) this.#quotedFrom ??= this.#words.map((plain) => plain.length);
      this.#quotedFrom?.push(this.#wordQuotedFrom < 0 ? word.length : this.#wordQuotedFrom);
      this.#words.push(word);
    } else if (this.#wordQuotedFrom >= 0) {
      this.#emptyBefore ??= [];
      this.#emptyBefore.push(this.#words.length);
    }
    this.#word = '';
    this.#wordQuotedFrom = -1;
  }

  #endSegment(end: number, next: number, separator: Separator): void {
    this.#endWord(end, next);
    if (this.#words.length > 0) {
      const [start, stop] = trimmed(this.#text, this.#segmentStart, end);
      this.#segments.push({
        start,
        end: stop,
        words: this.#words,
        quotedFrom: this.#quotedFrom,
        emptyBefore: this.#emptyBefore,
        hidesSyntax: this.#hidesSyntax,
        commentAt: this.#commentAt < 0 ? this.#words.length : this.#commentAt,
        parentheses: this.#parentheses ?? NONE,
        separator,
      });
      this.#words = [];
    }
    this.#quotedFrom = undefined;
    this.#emptyBefore = undefined;
    this.#parentheses = undefined;
    this.#hidesSyntax = false;
    this.#commentAt = -1;
    this.#segmentStart = next;
  }
}

/** Whether a character separates words or commands without being an operator. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB || code === NEWLINE;
}

/** The offsets without surrounding blanks; a newline goes together with the backslash that continues the line. */
export function trimmed(text: string, start: number, end: number): [start: number, end: number] {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) {
    to--;
    if (text.charCodeAt(to) === NEWLINE && escapes(text, to)) to--;
  }
  return [from, to];
}

/** A text without surrounding blanks. */
export function withoutBlanks(text: string): string {
  const [start, end] = trimmed(text, 0, text.length);
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** Whether the character at `at` is escaped: an odd number of backslashes stands before it. */
function escapes(text: string, at: number): boolean {
  let first = at;
  while (first > 0 && text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}
