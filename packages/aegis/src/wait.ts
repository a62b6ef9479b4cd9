import { ApprovalTimeoutError, type RequestOptions } from '@sallyport/core';
import { waitAtMost } from '@sallyport/core/internal';
import { type Connection, owned } from './connection.js';
import { getEscalation } from './operations/governance.js';
import type { Escalation, WaitForEscalationOptions } from './types/index.js';

const POLL_MS = 1_000;
/** Between two answers that the server held: one that does not hold them must not be asked in a tight loop. */
const BREATH_MS = 250;
/** Announced by servers that wake whoever waits, with the key that asked. */
const APPROVAL_WAIT = 'approval-wait';
const WAIT_SECONDS = 30;
/** Beyond an approval's expiry, since two clocks never agree. */
const GRACE_MS = 30_000;
const HOUR_MS = 3_600_000;

/** Milliseconds until something expires, with some grace; an hour where nobody says. */
export function untilExpiry({ caller }: Connection, expiresAt: string | undefined): number {
  const at = expiresAt === undefined ? Number.NaN : Date.parse(expiresAt);
  return Number.isNaN(at) ? HOUR_MS : Math.max(at - caller.runtime.now(), 0) + GRACE_MS;
}

/** Asks until an escalation is decided. A server that announces `approval-wait` holds its answer until then. */
export async function untilResolved(
  connection: Connection,
  id: string,
  signal: AbortSignal,
  { pollIntervalMs = POLL_MS, ...options }: RequestOptions & { readonly pollIntervalMs?: number },
): Promise<Escalation> {
  const { caller } = connection;
  const heldMs = (options.timeoutMs ?? 30_000) + WAIT_SECONDS * 1000;
  for (;;) {
    const holds = caller.features.has(APPROVAL_WAIT);
    const lookup = holds ? { id, waitSeconds: WAIT_SECONDS } : { id };
    const patience = holds ? { timeoutMs: heldMs } : {};
    const escalation = await connection.call(getEscalation, lookup, { ...options, ...patience, signal });
    if (escalation.status !== 'pending') return escalation;
    await caller.pause('aegis.waitForEscalation', holds ? BREATH_MS : pollIntervalMs, signal);
  }
}

/** Waits for an operator's verdict. @throws ApprovalTimeoutError when there is none in time. */
export function waitForVerdict(
  connection: Connection,
  escalationId: string,
  expiresAt: string | undefined,
  { maxWaitMs = untilExpiry(connection, expiresAt), ...options }: WaitForEscalationOptions = {},
): Promise<Escalation> {
  const late = () =>
    owned(() => {
      throw new ApprovalTimeoutError(`No operator answered escalation ${escalationId} within ${maxWaitMs} ms.`, {
        approvalId: escalationId,
        gateway: 'aegis',
        operation: 'aegis.waitForEscalation',
      });
    });
  const { signal } = options;
  return waitAtMost<Escalation>(
    connection.caller.runtime,
    { maxWaitMs, signal },
    (ending) => untilResolved(connection, escalationId, ending, options),
    late,
  );
}
