import { NotFoundError, ServerError, TransportError } from '@sallyport/core';
import type { Caller } from '@sallyport/core/internal';
import type { RemoteOptions } from '../declare/options.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type ApprovalView, getApproval, listApprovals } from '../gateway/operations.js';
import { withGateway } from '../gateway/session.js';
import { wholeCall } from '../gateway/whole-call.js';
import { sayDuration } from '../terminal/duration.js';
import type { Io } from '../terminal/io.js';
import { style } from '../terminal/style.js';
import { plain } from '../terminal/table.js';

/** How often to ask, and how seldom at most while nobody answers. In milliseconds. */
export interface Pace {
  readonly interval: number;
  readonly maxInterval: number;
}

const PACE: Pace = { interval: 1000, maxInterval: 30_000 };

function show(approval: ApprovalView, { print, colour }: Io): void {
  const { id, agent, tool, summary, message, expiresAt } = approval;
  const { yellow, bold, dim } = style(colour);
  print(
    `${yellow('?')} ${bold(`${plain(tool)}: ${plain(summary)}`)}  ${dim(`${plain(agent)}, ${sayDuration(expiresAt - Date.now())} left`)}`,
  );
  const call = wholeCall(approval);
  if (call !== undefined) print(`  ${call}`);
  if (message !== '') print(`  ${plain(message)}`);
  print(dim(`  sallyport approvals approve ${id}`));
}

const WORDS: Readonly<Record<string, string>> = { consumed: 'approved', rejected: 'denied' };

function showSettled({ status, resolvedBy, tool, summary }: ApprovalView, { print, colour }: Io): void {
  const by = resolvedBy === undefined || status === 'expired' ? '' : ` by ${plain(resolvedBy)}`;
  print(style(colour).dim(`· ${WORDS[status] ?? plain(status)}${by}: ${plain(tool)}: ${plain(summary)}`));
}

/** What became of an approval; nothing where a restarted gateway has forgotten it. */
async function settled(caller: Caller, id: string): Promise<ApprovalView | undefined> {
  try {
    return await caller.call(getApproval, id);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Asks once, and reports what has come and what was settled since. */
async function look(caller: Caller, waiting: Map<string, ApprovalView>, json: boolean, io: Io): Promise<void> {
  const now = await caller.call(listApprovals, { status: 'pending' });
  const ids = new Set(now.map(({ id }) => id));
  for (const approval of now) {
    if (waiting.has(approval.id)) continue;
    waiting.set(approval.id, approval);
    if (json) io.print(JSON.stringify(approval));
    else show(approval, io);
  }
  for (const id of [...waiting.keys()].filter((known) => !ids.has(known))) {
    const approval = await settled(caller, id);
    // More may wait than one list holds.
    if (approval?.status === 'pending') continue;
    waiting.delete(id);
    if (approval === undefined) io.note(`The gateway no longer knows ${id}.`);
    else if (json) io.print(JSON.stringify(approval));
    else showSettled(approval, io);
  }
}

/** Shows each approval when it comes and when it is settled, until the signal; a gateway that restarts is waited for. */
export function watch(options: RemoteOptions, io: Io, { interval, maxInterval }: Pace = PACE): Promise<ExitCode> {
  return withGateway(options, io, async (caller, baseUrl) => {
    const waiting = new Map<string, ApprovalView>();
    const { signal } = io;
    const json = options.json === true;
    let failures: number | undefined;
    if (!json) io.note('Watching; Ctrl-C ends it.');
    while (!signal.aborted) {
      try {
        await look(caller, waiting, json, io);
        if (failures !== undefined && failures > 0) io.note(`${baseUrl} answers again.`);
        failures = 0;
      } catch (error) {
        // An address that never answered is more likely wrong than restarting.
        const isOutage = error instanceof TransportError || error instanceof ServerError;
        if (!isOutage || failures === undefined) throw error;
        if (failures === 0) io.note(`${baseUrl} does not answer; trying again.`);
        failures += 1;
      }
      const pause = Math.min(interval * 2 ** Math.min(failures, 10), maxInterval);
      await caller.pause('approvals.watch', pause, signal).catch(() => undefined);
    }
    return EXIT.ok;
  });
}
