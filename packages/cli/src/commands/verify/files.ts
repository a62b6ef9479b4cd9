import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, Failure } from '../../exit.js';
import { fileFailure } from '../../terminal/files.js';

const LINE_FEED = 10;

interface Part {
  readonly name: string;
  /** Lines of the files before it. */
  readonly before: number;
  lines: number;
  /** Whether it holds anything but line breaks. */
  isEmpty: boolean;
}

/** The files of one log, read as if they were one, that remembers where each began. */
export class LogFiles {
  readonly #names: readonly string[];
  readonly #cwd: string;
  readonly #parts: Part[] = [];

  constructor(names: readonly string[], cwd: string) {
    this.#names = names;
    this.#cwd = cwd;
  }

  /** The bytes of all of them. @throws Failure when one cannot be read. */
  async *read(): AsyncGenerator<Uint8Array> {
    for (const name of this.#names) {
      const last = this.#parts.at(-1);
      const part: Part = { name, before: last === undefined ? 0 : last.before + last.lines, lines: 0, isEmpty: true };
      this.#parts.push(part);
      let isOpen = false;
      for await (const chunk of this.#bytes(name)) {
        for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) part.lines += 1;
        part.isEmpty &&= chunk.every((byte) => byte === LINE_FEED);
        isOpen = chunk.at(-1) !== LINE_FEED;
        yield chunk;
      }
      // The last line of a file must not run into the first of the next.
      if (!isOpen) continue;
      part.lines += 1;
      yield Uint8Array.of(LINE_FEED);
    }
  }

  /** Where a line of the whole lies; what is missing at the end is missing from the last file. */
  place(line: number): { readonly line: number; readonly file?: string } {
    const part = this.#parts.findLast(({ before }) => before < line);
    if (part === undefined || this.#names.length === 1) return { line };
    return { file: part.name, line: line - part.before };
  }

  /** @throws Failure when one of them holds nothing, or all of them together no record. */
  refuseEmpty(records: number): void {
    const empty = this.#parts.find(({ isEmpty }) => isEmpty || records === 0);
    if (empty !== undefined) {
      throw new Failure(`${empty.name} holds no records: there is nothing to verify.`, EXIT.no);
    }
  }

  async *#bytes(name: string): AsyncGenerator<Uint8Array> {
    if (name === '-') {
      yield* process.stdin;
      return;
    }
    try {
      yield* createReadStream(resolve(this.#cwd, name));
    } catch (error) {
      throw fileFailure(name, error);
    }
  }
}
