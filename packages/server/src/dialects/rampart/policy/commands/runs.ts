import type { Separator } from './lex.js';

/** A command and how the next one follows. */
export interface Link {
  readonly start: number;
  readonly end: number;
  readonly normalised: string;
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
  const seen = new Set<string>();
  const add = (from: number, to: number) => {
    const members = links.slice(from, to);
    const first = members[0];
    const last = members.at(-1);
    const range = `${from}-${to}`;
    if (first === undefined || last === undefined || first === last || seen.has(range)) return;
    seen.add(range);
    const raw = text.slice(first.start, last.end);
    const joined = members.map(({ normalised }) => normalised).join(' && ');
    const spelled = members.map(
      ({ normalised, after }, at) => normalised + (at + 1 < members.length ? SPELLING[after] : ''),
    );
    runs.push({ from, to, forms: [...new Set([raw, joined, spelled.join('')])] });
  };
  for (const [from, to] of stretches(links, PIPELINE)) add(from, to);
  for (const [from, to] of stretches(links, AND_OR)) add(from, to);
  for (const [from, to] of stretches(links, LIST)) {
    add(from, to);
    const tails = links.slice(from, to - 1).flatMap(({ after }, at) => (after === 'list' ? [from + at + 1] : []));
    if (tails.length < TAIL_LIMIT) for (const tail of tails) add(tail, to);
  }
  return runs;
}

/** Longest stretches that only the given joints hold together. */
function* stretches(links: readonly Link[], joints: ReadonlySet<Joint>): Generator<[from: number, to: number]> {
  let from = 0;
  for (let at = 0; at < links.length; at++) {
    const after = links[at]?.after ?? 'end';
    if (at + 1 < links.length && joints.has(after)) continue;
    yield [from, at + 1];
    from = at + 1;
  }
}
