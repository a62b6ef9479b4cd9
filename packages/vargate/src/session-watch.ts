import { checkNames, checkText } from '@sallyport/core/internal';
import { type Connection, owned } from './connection.js';
import { checkBetween } from './numbers.js';
import { getStatus } from './operations/managed.js';
import { WATCH_SESSION_NAMES } from './option-names.js';
import type { SessionStatus, WatchSessionOptions } from './types/index.js';

const POLL_MS = 5_000;
const OPERATION = 'vargate.sessions.watch';

/** Tells how a session stands whenever that has changed, until it is no longer active. */
export function watchSession(
  connection: Connection,
  sessionId: string,
  options: WatchSessionOptions = {},
): AsyncIterable<SessionStatus> {
  owned(() => {
    checkText('sessionId', sessionId);
    checkNames(options, WATCH_SESSION_NAMES, OPERATION);
    checkBetween('pollIntervalMs', options.pollIntervalMs, 100, Number.POSITIVE_INFINITY);
  });
  return changes(connection, sessionId, options);
}

async function* changes(
  connection: Connection,
  sessionId: string,
  { signal, pollIntervalMs = POLL_MS }: WatchSessionOptions,
): AsyncGenerator<SessionStatus, void, undefined> {
  const { caller } = connection;
  const ending = signal ?? new AbortController().signal;
  let before = '';
  for (;;) {
    const status = await connection.call(getStatus, sessionId, { signal: ending });
    const now = JSON.stringify(status);
    if (now !== before) yield status;
    before = now;
    if (status.status !== 'active') return;
    await caller.pause(OPERATION, pollIntervalMs, ending);
  }
}
