/** RFC 3339 in UTC as Go prints times with fractions: no trailing zeros. */
export function rfc3339Nano(ms: number): string {
  const iso = new Date(ms).toISOString();
  return ms % 10 === 0 ? iso.replace(/\.?0+Z$/, 'Z') : iso;
}

/** RFC 3339 in UTC, whole seconds, rounded up so that nothing that expires then is shown as over before. */
export function rfc3339(ms: number): string {
  return `${new Date(Math.ceil(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** The UTC day of a time: `YYYY-MM-DD`. */
export function utcDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export const DAY_MS = 24 * 60 * 60 * 1000;

/** The start of a day given as `YYYY-MM-DD`, in milliseconds since the epoch; undefined when there is no such day. */
export function dayStart(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const ms = Date.parse(`${date}T00:00:00Z`);
  // Date.parse takes 31 February for 3 March.
  return Number.isNaN(ms) || utcDate(ms) !== date ? undefined : ms;
}
