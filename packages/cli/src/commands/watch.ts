import { NotFoundError } from '@sallyport/core';
import { EXIT, type ExitCode, Failure } from '../exit.js';
import { type ApprovalView, getApproval, listApprovals } from '../gateway/operations.js';
import { askEach, asking, type RemoteOptions, type Session, withGateways } from '../gateway/session.js';
import { callLine, wholeCall } from '../gateway/whole-call.js';
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
  const { id, agent, message, expiresAt } = approval;
  const { yellow, bold, dim } = style(colour);
  print(
    `${yellow('?')} ${bold(plain(callLine(approval)))}  ${dim(`${plain(agent)}, ${sayDuration(expiresAt - Date.now())} left`)}`,
  );
  const call = wholeCall(approval);
  if (call !== undefined) print(`  ${call}`);
  if (message !== '') print(`  ${plain(message)}`);
  print(dim(`  sallyport approvals approve ${id}`));
}

const WORDS: Readonly<Record<string, string>> = { consumed: 'approved', rejected: 'denied' };

function showSettled(approval: ApprovalView, { print, colour }: Io): void {
  const { status, resolvedBy } = approval;
  const by = resolvedBy === undefined || status === 'expired' ? '' : ` by ${plain(resolvedBy)}`;
  print(style(colour).dim(`· ${WORDS[status] ?? plain(status)}${by}: ${plain(callLine(approval))}`));
}

/** An approval that was shown, and whom to ask what became of it. */
interface Waiting {
  readonly approval: ApprovalView;
  readonly session: Session;
}

/** What became of an approval; nothing where a restarted gateway has forgotten it. */
async function settled({ approval: { id }, session }: Waiting): Promise<ApprovalView | undefined> {
  try {
    return await asking(session, ({ caller }) => caller.call(getApproval, id));
  } catch (failure) {
    if (failure instanceof Failure && failure.cause instanceof NotFoundError) return undefined;
    throw failure;
  }
}

/** Asks once, and reports what has come and what was settled since. */
async function look(sessions: readonly Session[], waiting: Map<string, Waiting>, options: RemoteOptions, io: Io) {
  const { dialect, json } = options;
  const filter = { status: 'pending', ...(dialect !== undefined && { dialect }) };
  const now = new Set<string>();
  const found = await askEach(sessions, io, ({ caller }) => caller.call(listApprovals, filter));
  for (const { session, answer } of found) {
    for (const approval of answer) {
      now.add(approval.id);
      if (waiting.has(approval.id)) continue;
      waiting.set(approval.id, { approval, session });
      if (json === true) io.print(JSON.stringify(approval));
      else show(approval, io);
    }
  }
  for (const [id, known] of [...waiting].filter(([id]) => !now.has(id))) {
    const approval = await settled(known);
    // More may wait than one list holds.
    if (approval?.status === 'pending') continue;
    waiting.delete(id);
    if (approval === undefined) io.note(`The gateway no longer knows ${id}.`);
    else if (json === true) io.print(JSON.stringify(approval));
    else showSettled(approval, io);
  }
  return found.map(({ session }) => session);
}

/** Shows each approval when it comes and when it is settled, until the signal; a gateway that restarts is waited for. */
export function watch(options: RemoteOptions, io: Io, { interval, maxInterval }: Pace = PACE): Promise<ExitCode> {
  return withGateways(options, io, async (all) => {
    const waiting = new Map<string, Waiting>();
    const { signal } = io;
    // Whom the first look was refused to is told once, and not asked again.
    let sessions = all;
    let failures: number | undefined;
    if (options.json !== true) io.note('Watching; Ctrl-C ends it.');
    while (!signal.aborted) {
      const [first] = sessions;
      try {
        sessions = await look(sessions, waiting, options, io);
        if (failures !== undefined && failures > 0) io.note(`${first?.baseUrl} answers again.`);
        failures = 0;
      } catch (failure) {
        // An address that never answered is more likely wrong than restarting.
        const isOutage = failure instanceof Failure && failure.exitCode === EXIT.unreachable;
        if (!isOutage || failures === undefined) throw failure;
        if (failures === 0) io.note(`${first?.baseUrl} does not answer; trying again.`);
        failures += 1;
      }
      const pause = Math.min(interval * 2 ** Math.min(failures, 10), maxInterval);
      await first?.caller.pause('approvals.watch', pause, signal).catch(() => undefined);
    }
    return EXIT.ok;
  });
}
