import { VerificationError } from '../errors.js';
import { sha256Hex } from '../hash.js';
import { textMember } from '../json/lines.js';
import type { ChainFormula, ChainLink, FilePart } from './formula.js';
import { type RampartEvent, rampartHead } from './rampart-event.js';

const PREFIX = 'sha256:';
const HASH_LENGTH = PREFIX.length + 64;
const BEFORE_PREVIOUS = ',"prev_hash":"';
const BEFORE_HASH = '","hash":"';
const END = '"}';
const CONTINUATION = '{"chain_continue":"';

/** Where a line's hash begins, the link's members being the last two and of fixed width. */
const hashStart = (line: string): number => line.length - END.length - HASH_LENGTH;

function read(line: string): ChainLink {
  const start = hashStart(line);
  const previousEnd = start - BEFORE_HASH.length;
  if (line.endsWith(END) && line.startsWith(BEFORE_HASH, previousEnd) && line.startsWith(PREFIX, start)) {
    const hash = line.slice(start, -END.length);
    for (const length of [HASH_LENGTH, 0]) {
      const previousStart = previousEnd - length;
      if (line.startsWith(BEFORE_PREVIOUS, previousStart - BEFORE_PREVIOUS.length)) {
        return { previous: line.slice(previousStart, previousEnd), hash };
      }
    }
  }
  throw new VerificationError(
    'malformed_record',
    'the line does not end in "prev_hash" and "hash" as a Rampart audit record does: pass each raw line as it was written',
  );
}

/** A file is left at 100 MiB at the latest, for the same day's next part; the record that did not fit has up to 2 MiB. */
const LEAST_FULL_BYTES = (100 - 2) * 1024 * 1024;
const FILE_NAME = /^(?:audit-hook-)?(\d{4}-\d\d-\d\d)(?:\.p\d+)?\.jsonl$/;

const dayOf = (record: string): string => textMember(record, 'timestamp')?.slice(0, 10) ?? '';

/** A new file begins with a new day, or where the file of the day is full. */
function misplaced(continuation: string, before: FilePart, next: string): string | undefined {
  const file = textMember(continuation, 'prev_file') ?? '';
  const [today, tomorrow] = [dayOf(before.last), dayOf(next)];
  if (FILE_NAME.exec(file)?.[1] !== today) {
    return `it goes on from the file ${JSON.stringify(file)}, and the record before it is of ${today || 'no day'}`;
  }
  if (tomorrow > today || before.bytes >= LEAST_FULL_BYTES) return undefined;
  return `the records before and after it are of the same day, ${today}, whose file was not full`;
}

const hashOf = (hashed: string): string => PREFIX + sha256Hex(hashed);

function seal(event: RampartEvent, previous: string): { text: string; hash: string } {
  const hashed = previous + rampartHead(event) + BEFORE_PREVIOUS + previous + BEFORE_HASH + END;
  const hash = hashOf(hashed);
  // Cut out of what was hashed, whose many pieces are one by then: whoever reads the text need not join them again.
  return { text: hashed.slice(previous.length, -END.length) + hash + END, hash };
}

/**
 * The chain of Rampart's audit log: `"sha256:" + hex(SHA-256(prev_hash ‖ record))`, the record being the raw line with
 * its `hash` blanked. Verification works on that raw line and never prints it again.
 *
 * @example
 * ```ts
 * import { rampartFormula, verifyChainSync } from '@sallyport/verify';
 *
 * const { text } = rampartFormula.seal(
 *   {
 *     id: '01JZ8Q4T5V6W7X8Y9Z0A1B2C3D',
 *     timestamp: '2026-04-11T14:30:00.123456789Z',
 *     agent: 'my-agent',
 *     session: 's1',
 *     host: { hostname: 'build-1', os: 'linux', arch: 'amd64' },
 *     tool: 'exec',
 *     request: { command: 'git status' },
 *     decision: { action: 'allow', evaluation_time_us: 12 },
 *   },
 *   rampartFormula.genesis,
 * );
 * verifyChainSync([text], { formula: rampartFormula }).ok; // true
 * ```
 */
export const rampartFormula: ChainFormula<RampartEvent> = {
  name: 'rampart',
  genesis: '',
  seal,
  read,
  rehash: (line, { previous }) => hashOf(previous + line.slice(0, hashStart(line)) + END),
  identify: (line) => textMember(line, 'id'),
  continuation: (line) => (line.startsWith(CONTINUATION) ? textMember(line, 'chain_continue') : undefined),
  misplaced,
};
