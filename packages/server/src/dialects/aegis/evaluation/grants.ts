import type { Grant } from '../registry/model.js';
import { isWithin } from './windows.js';

/** Whether a grant counts at a time: it must end strictly later. */
export const isActive = ({ expiresAt }: Pick<Grant, 'expiresAt'>, now: number): boolean =>
  expiresAt === undefined || expiresAt > now;

/** Why a grant does not cover a proposal now; undefined when it does. @param uses - within its rate limit's window. */
export function grantProblem(grant: Grant, uses: number, now: number): string | undefined {
  const { capability, timeWindow, rateLimit } = grant;
  if (timeWindow !== undefined && !isWithin(timeWindow, now)) {
    const { start, end, timezone } = timeWindow;
    return `The grant of '${capability}' holds from ${start} to ${end} (${timezone}) only.`;
  }
  if (rateLimit !== undefined && uses >= rateLimit.maxRequests) {
    const { maxRequests, windowSeconds } = rateLimit;
    return `The grant of '${capability}' has reached its rate limit of ${maxRequests} requests in ${windowSeconds} seconds.`;
  }
  return undefined;
}
