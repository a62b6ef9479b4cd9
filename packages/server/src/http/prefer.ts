/** Longest that one request is held for a human, in seconds. */
export const MAX_WAIT_SECONDS = 300;

/**
 * Seconds that `Prefer: wait=N` (RFC 7240) asks for, capped; undefined when it does not ask. What stands in another
 * preference's quotes or parameters is that preference's, and of several waits the first counts.
 */
export function preferredWait(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  for (const preference of split(Array.isArray(header) ? header.join(',') : header, ',')) {
    const [pair = ''] = split(preference, ';');
    const [name = '', ...value] = pair.split('=');
    if (name.trim().toLowerCase() !== 'wait') continue;
    const [, seconds] = /^("?)(\d{1,9})\1$/.exec(value.join('=').trim())?.slice(1) ?? [];
    return seconds === undefined ? undefined : Math.min(Number(seconds), MAX_WAIT_SECONDS);
  }
  return undefined;
}

/** The parts between separators that stand in no quoted string. */
function split(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (quoted && text[at] === '\\') at++;
    else if (text[at] === '"') quoted = !quoted;
    else if (!quoted && text[at] === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** Seconds of a `?wait=` query, capped; undefined when absent or not a whole number. */
export function queriedWait(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{1,9}$/.test(value)) return undefined;
  return Math.min(Number(value), MAX_WAIT_SECONDS);
}
