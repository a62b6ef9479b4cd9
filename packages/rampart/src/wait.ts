import type { RequestOptions } from '@sallyport/core';
import type { Caller } from '@sallyport/core/internal';
import { getApproval } from './operations/approvals.js';
import type { Approval } from './types/index.js';

/** Announced by servers that wake whoever waits for an approval, with the credential that asked for it. */
export const APPROVAL_WAIT = 'approval-wait';

const WAIT_SECONDS = 30;
export const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 5_000;
/** Between two held answers: a server that does not hold them must not be asked in a tight loop. */
const BREATH_MS = 250;

/** The wait after one of `ms` milliseconds, between questions that nobody holds. */
export const longerMs = (ms: number): number => Math.min(ms * 1.5, LONGEST_DELAY_MS);

/** Asks once how an approval stands; a server that can holds the answer until it is decided. */
function lookUp(caller: Caller, id: string, signal: AbortSignal, options: RequestOptions): Promise<Approval> {
  if (!caller.features.has(APPROVAL_WAIT)) return caller.call(getApproval, { id }, { ...options, signal });
  const timeoutMs = (options.timeoutMs ?? 30_000) + WAIT_SECONDS * 1000;
  return caller.call(getApproval, { id, waitSeconds: WAIT_SECONDS }, { ...options, signal, timeoutMs });
}

/** Asks until an approval is decided. */
export async function untilDecided(
  caller: Caller,
  id: string,
  signal: AbortSignal,
  options: RequestOptions,
): Promise<Approval> {
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = longerMs(delayMs)) {
    const held = caller.features.has(APPROVAL_WAIT);
    const approval = await lookUp(caller, id, signal, options);
    if (approval.status !== 'pending') return approval;
    await caller.pause('rampart.approvals.wait', held ? BREATH_MS : delayMs, signal);
  }
}
