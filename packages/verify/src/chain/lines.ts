import { isAscii, isUtf8 } from 'node:buffer';
import { VerificationError } from '../errors.js';

const LINE_FEED = 0x0a;

/** A line, or what is wrong with it. */
export type ReadLine = string | VerificationError;

function decode(line: Buffer): ReadLine {
  if (isUtf8(line)) return line.toString();
  return new VerificationError('bad_encoding', 'the line is not valid UTF-8: its bytes were changed');
}

function linesOf(block: Buffer): ReadLine[] {
  if (isAscii(block)) return block.toString('latin1').split('\n');
  // Decoding the lines together is quicker, but would hide a broken character: U+FFFD takes its place.
  if (isUtf8(block)) return block.toString().split('\n');
  const lines: ReadLine[] = [];
  for (let start = 0; start <= block.length; ) {
    const end = block.indexOf(LINE_FEED, start);
    lines.push(decode(block.subarray(start, end < 0 ? block.length : end)));
    start = end < 0 ? block.length + 1 : end + 1;
  }
  return lines;
}

/** Cuts chunks of bytes into lines, whatever falls between two chunks. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that this chunk completes. */
  push(chunk: Uint8Array): ReadLine[] {
    const end = chunk.lastIndexOf(LINE_FEED);
    const lines = end < 0 ? [] : linesOf(this.#join(chunk.subarray(0, end)));
    if (end >= 0) {
      this.#parts = [];
      this.#bytes = 0;
    }
    const rest = chunk.subarray(end + 1);
    this.#parts.push(rest);
    this.#bytes += rest.length;
    if (this.#bytes > this.#maxLineBytes) {
      lines.push(new VerificationError('malformed_record', `the line is longer than ${this.#maxLineBytes} bytes`));
    }
    return lines;
  }

  /** The last line, where no line break follows it. */
  end(): ReadLine[] {
    return this.#bytes > 0 ? [decode(this.#join(Buffer.alloc(0)))] : [];
  }

  #join(last: Uint8Array): Buffer {
    if (this.#bytes === 0) return Buffer.from(last.buffer, last.byteOffset, last.byteLength);
    return Buffer.concat([...this.#parts, last]);
  }
}
