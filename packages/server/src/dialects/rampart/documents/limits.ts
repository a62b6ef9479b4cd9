import { RE2JS } from 're2js';

const MAX_REGEX_CHARS = 500;

/** What is wrong with a response pattern, as the end of a sentence; undefined when it is an RE2 expression within limits. */
export function regexComplaint(pattern: string): string | undefined {
  const why = regexProblem(pattern);
  return why && `is invalid: ${why}`;
}

function regexProblem(pattern: string): string | undefined {
  if (pattern.length > MAX_REGEX_CHARS) return `pattern too long (${pattern.length} > ${MAX_REGEX_CHARS} characters)`;
  if (nestsQuantifiers(pattern)) return 'nested quantifiers are not allowed';
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'does not compile';
  }
}

const QUANTIFIER = /[*+?]|\{\d+(?:,\d*)?\}/y;

/** Whether a group that repeats something is itself repeated: `(a+)+`. */
function nestsQuantifiers(pattern: string): boolean {
  const repeats: boolean[] = [];
  let last = '';
  let closedRepeats = false;
  for (let at = 0; at < pattern.length; ) {
    QUANTIFIER.lastIndex = at;
    // `(?:` and `(?i)` are no quantifiers.
    const quantifier = last === '(' ? null : QUANTIFIER.exec(pattern);
    if (quantifier && closedRepeats) return true;
    last = quantifier?.[0] ?? pattern.slice(at, at + tokenLength(pattern, at));
    const inner = last === ')' ? (repeats.pop() ?? false) : false;
    if ((quantifier || inner) && repeats.length > 0) repeats[repeats.length - 1] = true;
    if (last === '(') repeats.push(false);
    closedRepeats = inner;
    at += last.length;
  }
  return false;
}

/** Characters that belong together and are no quantifier: an escape, or a whole class. */
function tokenLength(pattern: string, at: number): number {
  if (pattern[at] === '\\') return 2;
  if (pattern[at] !== '[') return 1;
  // A bracket that opens a class may be followed by one that is meant literally: `[]a]`, `[^]a]`.
  let end = at + (pattern[at + 1] === '^' ? 3 : 2);
  while (end < pattern.length && pattern[end] !== ']') end += pattern[end] === '\\' ? 2 : 1;
  return end + 1 - at;
}
