import { headerValue } from './headers.js';
import type { ResponseHead } from './transport/port.js';

/** Above this a reset is a point in time (seconds since the epoch), below it a number of seconds. */
const LEAST_EPOCH_SECONDS = 1_000_000_000;

/** Reads `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3), into milliseconds; undefined when it is malformed. */
function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // An HTTP date ends in GMT; Date.parse alone would take "-1" for a year.
  const at = /GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** The longest `t` among the exhausted limits of a `RateLimit` header: `"burst";r=0;t=30, "day";r=50;t=600`. */
function parseRateLimit(header: string | undefined): number | undefined {
  const waits = (header ?? '').split(',').flatMap((limit) => {
    const left = /;\s*r=(\d+)\s*(?:;|$)/.exec(limit)?.[1];
    const seconds = /;\s*t=(\d+)\s*(?:;|$)/.exec(limit)?.[1];
    return left !== undefined && Number(left) === 0 && seconds !== undefined ? [Number(seconds) * 1000] : [];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

function parseReset(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || !/^\d+$/.test(header.trim())) return undefined;
  const seconds = Number(header);
  return seconds < LEAST_EPOCH_SECONDS ? seconds * 1000 : Math.max(0, seconds * 1000 - nowMs);
}

/**
 * Milliseconds the server asks to be left alone: `Retry-After` wins; a 429 may say it with `RateLimit` or
 * `X-RateLimit-Reset` instead. Undefined when it does not say, or not in a way that can be understood.
 */
export function askedWaitMs({ status, headers }: ResponseHead, nowMs: number): number | undefined {
  const asked = parseRetryAfter(headerValue(headers, 'retry-after'), nowMs);
  if (asked !== undefined || status !== 429) return asked;
  return (
    parseRateLimit(headerValue(headers, 'ratelimit')) ?? parseReset(headerValue(headers, 'x-ratelimit-reset'), nowMs)
  );
}
