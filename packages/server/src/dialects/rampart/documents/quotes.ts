const NEWLINE = 0x0a;
const DOUBLE = 0x22;
const HASH = 0x23;
const SINGLE = 0x27;
const LESS = 0x3c;
const BACKSLASH = 0x5c;

const HERE_DOCUMENT = /<<-?[ \t]*\\?["']?([\w.-]+)/y;

/** Where the quotes of a command line stand, as a shell reads it from left to right, and one level inside quotes. */
export interface Quotes {
  /** By position, where the innermost quote around it opened; -1 where there is none, or none to be sure of. */
  readonly opened: Int32Array;
  /** By position, 1 where a quote closes. */
  readonly closes: Uint8Array;
}

/** Finds the quotes of a text. Comments quote nothing, and a here-document begins and ends on its own. */
export function quotesOf(text: string): Quotes {
  const scan = new Scan(text);
  scan.outer(0, text.length);
  return scan;
}

class Scan implements Quotes {
  readonly opened: Int32Array;
  readonly closes: Uint8Array;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.opened = new Int32Array(text.length).fill(-1);
    this.closes = new Uint8Array(text.length);
  }

  outer(from: number, to: number): void {
    let document: string | undefined;
    for (let at = from; at < to; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === BACKSLASH) at++;
      else if (code === SINGLE || code === DOUBLE) at = this.#quoted(at, code, to);
      else if (code === HASH && this.#startsWord(at)) at = this.#endOfLine(at, to) - 1;
      else if (code === LESS) {
        const opening = this.#documentAt(at);
        document ??= opening?.[1];
        if (opening !== undefined) at += opening[0].length - 1;
        while (this.#text.charCodeAt(at + 1) === LESS) at++;
      } else if (code === NEWLINE && document !== undefined) {
        const end = this.#endOfDocument(document, at + 1, to);
        this.outer(at + 1, end);
        document = undefined;
        at = end - 1;
      }
    }
  }

  /** Marks a quoted text; returns where it closes, or the end. */
  #quoted(start: number, quote: number, to: number): number {
    let close = start + 1;
    while (close < to && this.#text.charCodeAt(close) !== quote) {
      close += quote === DOUBLE && this.#text.charCodeAt(close) === BACKSLASH ? 2 : 1;
    }
    const end = Math.min(close, to);
    this.opened.fill(start, start + 1, Math.min(end + 1, to));
    if (end < to) this.closes[end] = 1;
    this.#inner(start + 1, end, quote);
    return end;
  }

  /** Marks the quotes that another shell would find in a quoted text, until it is unclear what it would make of it. */
  #inner(from: number, to: number, outer: number): void {
    let quote = 0;
    let open = -1;
    for (let at = from; at < to; at++) {
      const place = at;
      let code = this.#text.charCodeAt(at);
      if (code === BACKSLASH && outer === DOUBLE) {
        code = this.#text.charCodeAt(++at);
        // It takes yet another shell to say what this escapes.
        if (code === BACKSLASH) {
          this.opened.fill(-1, place, to);
          return;
        }
      } else if (code === BACKSLASH && quote !== SINGLE) {
        at++;
        continue;
      }
      if (quote !== 0) this.opened.fill(open, place, Math.min(at + 1, to));
      if (quote === 0 && (code === SINGLE || code === DOUBLE)) {
        quote = code;
        open = at;
      } else if (code === quote) {
        this.closes[place] = 1;
        quote = 0;
      } else if (quote === 0 && code === HASH && this.#startsWord(at)) {
        at = this.#endOfLine(at, to) - 1;
      } else if (quote === 0 && code === LESS && this.#documentAt(at) !== undefined) {
        this.opened.fill(-1, place, to);
        return;
      }
    }
  }

  #startsWord(at: number): boolean {
    return at === 0 || /[\s;&|()]/.test(this.#text.charAt(at - 1));
  }

  #endOfLine(at: number, to: number): number {
    const end = this.#text.indexOf('\n', at);
    return end < 0 ? to : Math.min(end, to);
  }

  #documentAt(at: number): RegExpExecArray | undefined {
    if (this.#text.charCodeAt(at + 1) !== LESS || this.#text.charCodeAt(at + 2) === LESS) return undefined;
    HERE_DOCUMENT.lastIndex = at;
    return HERE_DOCUMENT.exec(this.#text) ?? undefined;
  }

  /** Where the line that ends a here-document begins. */
  #endOfDocument(word: string, from: number, to: number): number {
    for (let at = from; at < to; at = this.#endOfLine(at, to) + 1) {
      if (this.#text.slice(at, this.#endOfLine(at, to)).trimStart() === word) return at;
    }
    return to;
  }
}
