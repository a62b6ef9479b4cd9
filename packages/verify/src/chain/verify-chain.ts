import type { ReadLine } from './lines.js';
import { LineSplitter } from './lines.js';
import type { ChainReport } from './report.js';
import { type ChainOptions, ChainVerifier } from './verifier.js';

/** How to verify an export. */
export interface ExportOptions extends ChainOptions {
  /**
   * The longest line that is read from bytes, in bytes; a longer one is a malformed record.
   *
   * @defaultValue 16 MiB
   */
  readonly maxLineBytes?: number;
}

const DEFAULT_MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Text items are lines, bytes are chunks: the state between two items. */
class Feed {
  readonly #verifier: ChainVerifier;
  readonly #splitter: LineSplitter;

  constructor(options: ExportOptions) {
    this.#verifier = new ChainVerifier(options);
    this.#splitter = new LineSplitter(options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES);
  }

  /** Returns false once nothing further can change the outcome. */
  push(item: string | Uint8Array): boolean {
    return typeof item === 'string' ? this.#verifier.push(item) : this.#all(this.#splitter.push(item));
  }

  finish(): ChainReport {
    this.#all(this.#splitter.end());
    return this.#verifier.finish();
  }

  #all(lines: Iterable<ReadLine>): boolean {
    for (const line of lines) {
      if (typeof line === 'string' ? !this.#verifier.push(line) : !this.#verifier.refuse(line)) return false;
    }
    return true;
  }
}

/**
 * Verifies an export as it streams by and names the first bad record; memory stays flat however long the chain is.
 *
 * Each text item is one whole line, without its line break; bytes may be cut anywhere. Reading stops at the first bad
 * record. Lines end in LF alone.
 *
 * @throws VerificationError for options that contradict each other; a chain that does not verify is reported instead.
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { rampartFormula, verifyChain } from '@sallyport/verify';
 *
 * const report = await verifyChain(createReadStream('rampart-audit-2026-04-11.jsonl'), { formula: rampartFormula });
 * if (!report.ok) throw new Error(`line ${report.firstBad?.line}: ${report.firstBad?.message}`);
 * ```
 */
export async function verifyChain(
  source: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  options: ExportOptions,
): Promise<ChainReport> {
  const feed = new Feed(options);
  for await (const item of source) if (!feed.push(item)) break;
  return feed.finish();
}

/**
 * {@link verifyChain} for lines or bytes that are at hand.
 *
 * @throws VerificationError for options that contradict each other; a chain that does not verify is reported instead.
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { rampartFormula, verifyChainSync } from '@sallyport/verify';
 *
 * verifyChainSync([readFileSync('rampart-audit-2026-04-11.jsonl')], { formula: rampartFormula }).ok;
 * ```
 */
export function verifyChainSync(source: Iterable<string | Uint8Array>, options: ExportOptions): ChainReport {
  const feed = new Feed(options);
  for (const item of source) if (!feed.push(item)) break;
  return feed.finish();
}
