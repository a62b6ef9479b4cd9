import type { Separator } from './lex.js';
import { shellSpellings } from './sinks.js';

/** A command and how the next one follows. */
export interface Link {
  readonly start: number;
  readonly end: number;
  readonly normalised: string;
  /** In its plainest words. */
  readonly plain: string;
  readonly after: Separator | 'break';
}

/** Commands that belong together, from one index to before another. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly forms: readonly string[];
}

type Joint = Separator | 'break';

const PIPELINE: ReadonlySet<Joint> = new Set(['pipe']);
const AND_OR: ReadonlySet<Joint> = new Set(['pipe', 'and', 'or']);
const LIST: ReadonlySet<Joint> = new Set(['pipe', 'and', 'or', 'list']);

const NONE: readonly string[] = [];

/** A list longer than this is looked at whole and by its parts, but not from each of its commands on. */
const TAIL_LIMIT = 8;

const SPELLING: Readonly<Record<Joint, string>> = {
  pipe: ' | ',
  and: ' && ',
  or: ' || ',
  list: '; ',
  end: '; ',
  break: '; ',
};

/** The pipelines, and-or lists, lists and tails of lists of two commands or more: rules may speak of any of them. */
export function runsOf(text: string, links: readonly Link[]): Run[] {
  const runs: Run[] = [];
  const seen = new Set<number>();
  const add = (from: number, to: number) => {
    const range = from * (links.length + 1) + to;
    if (to - from < 2 || seen.has(range)) return;
    seen.add(range);
    runs.push({ from, to, forms: formsOf(text, links.slice(from, to)) });
  };
  forEachStretch(links, PIPELINE, add);
  forEachStretch(links, AND_OR, add);
  forEachStretch(links, LIST, (from, to) => {
    add(from, to);
    const tails: number[] = [];
    for (let at = from + 1; at < to; at++) if (links[at - 1]?.after === 'list') tails.push(at);
    if (tails.length < TAIL_LIMIT) for (const tail of tails) add(tail, to);
  });
  return runs;
}

/** A run as it was written, with every operator as `&&`, with its operators spelled plainly, and with its shells, too. */
function formsOf(text: string, members: readonly Link[]): string[] {
  let joined = '';
  let spelled = '';
  let before: Joint | undefined;
  let shells: string[] | undefined;
  for (const { normalised, plain, after } of members) {
    const operator = before === undefined ? '' : SPELLING[before];
    const spellings = before === 'pipe' ? shellSpellings(plain) : NONE;
    if (spellings.some((spelling) => spelling !== normalised)) shells ??= [spelled, spelled];
    shells = shells?.map((shell, at) => shell + operator + (spellings[at] ?? spellings[0] ?? normalised));
    joined += before === undefined ? normalised : ` && ${normalised}`;
    spelled += operator + normalised;
    before = after;
  }
  const raw = text.slice(members[0]?.start, members.at(-1)?.end);
  return shells === undefined ? [raw, joined, spelled] : [raw, joined, spelled, ...new Set(shells)];
}

/** Visits the longest stretches that only the given joints hold together. */
function forEachStretch(
  links: readonly Link[],
  joints: ReadonlySet<Joint>,
  visit: (from: number, to: number) => void,
): void {
  let from = 0;
  for (let at = 0; at < links.length; at++) {
    const after = links[at]?.after ?? 'end';
    if (at + 1 < links.length && joints.has(after)) continue;
    visit(from, at + 1);
    from = at + 1;
  }
}
