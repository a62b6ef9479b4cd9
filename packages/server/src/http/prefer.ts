const WAIT = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)/i;

/** Longest that one request is held for a human, in seconds. */
export const MAX_WAIT_SECONDS = 300;

/** Seconds that `Prefer: wait=N` (RFC 7240) asks for, capped; undefined when it does not ask. */
export function preferredWait(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const found = WAIT.exec(Array.isArray(header) ? header.join(',') : header)?.[1];
  return found === undefined ? undefined : Math.min(Number(found), MAX_WAIT_SECONDS);
}

/** Seconds of a `?wait=` query, capped; undefined when absent or not a whole number. */
export function queriedWait(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{1,9}$/.test(value)) return undefined;
  return Math.min(Number(value), MAX_WAIT_SECONDS);
}
