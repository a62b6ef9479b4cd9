import { isBlank, type Segment, type Separator, trimmed } from './lex.js';

/** A command inside groups and control words, by its offsets in the text. */
export interface Part {
  readonly start: number;
  readonly end: number;
  /** Index of the segment that the part is all of. */
  readonly segment?: number;
  /** How the next part follows; `break` when a group or a control word lies between. */
  readonly after: Separator | 'break';
}

const OPENERS: ReadonlySet<string> = new Set([
  'if',
  'elif',
  'while',
  'until',
  'then',
  'do',
  'else',
  '!',
  '{',
  'coproc',
]);
const CLOSERS: ReadonlySet<string> = new Set(['}', 'fi', 'done', 'esac']);

/** Whether a segment starts or ends with something that is not part of a simple command. */
export function isStructured(segment: Segment): boolean {
  const first = segment.words[0] ?? '';
  return segment.parentheses.length > 0 || OPENERS.has(first) || CLOSERS.has(first) || first === 'function';
}

/** Cuts segments at parentheses, takes control words off, and says how what remains hangs together. */
export function partsOf(text: string, segments: readonly Segment[]): Part[] {
  const parts: Part[] = [];
  const breakHere = () => {
    const last = parts.at(-1);
    if (last !== undefined && last.after !== 'break') parts[parts.length - 1] = { ...last, after: 'break' };
  };
  for (const [index, segment] of segments.entries()) {
    if (!isStructured(segment)) {
      parts.push({ start: segment.start, end: segment.end, segment: index, after: segment.separator });
      continue;
    }
    const before = parts.length;
    let from = segment.start;
    for (const cut of [...segment.parentheses, segment.end]) {
      const [start, end, peeled] = peel(text, from, cut);
      // A group at the end of a pipeline reads from it.
      const isPiped = parts.length === before && parts.at(-1)?.after === 'pipe';
      if ((peeled || from !== segment.start) && !isPiped) breakHere();
      if (start < end) parts.push({ start, end, after: segment.separator });
      from = cut + 1;
    }
  }
  return parts;
}

/** The offsets without leading control words and trailing closers, and whether there were any. */
function peel(text: string, from: number, to: number): [start: number, end: number, peeled: boolean] {
  let [start, end] = trimmed(text, from, to);
  const whole = end - start;
  for (;;) {
    const word = wordAt(text, start, end);
    if (word === 'coproc' && opensAfter(text, start, end)) start = afterWord(text, afterWord(text, start, end), end);
    else if (word === 'function') start = afterWord(text, afterWord(text, start, end), end);
    else if (OPENERS.has(word) || CLOSERS.has(word)) start += word.length;
    else break;
    start = trimmed(text, start, end)[0];
  }
  for (let last = lastWord(text, start, end); CLOSERS.has(last); last = lastWord(text, start, end)) {
    end = trimmed(text, start, end - last.length)[1];
  }
  return [start, end, end - start !== whole];
}

/** Whether the word at `start` is followed by a name and a group: `coproc NAME {`. */
function opensAfter(text: string, start: number, end: number): boolean {
  return OPENERS.has(wordAt(text, afterWord(text, afterWord(text, start, end), end), end));
}

function wordAt(text: string, start: number, end: number): string {
  let stop = start;
  while (stop < end && !isBlank(text.charCodeAt(stop))) stop++;
  return text.slice(start, stop);
}

function afterWord(text: string, start: number, end: number): number {
  return trimmed(text, start + wordAt(text, start, end).length, end)[0];
}

function lastWord(text: string, start: number, end: number): string {
  let from = end;
  while (from > start && !isBlank(text.charCodeAt(from - 1))) from--;
  return text.slice(from, end);
}
