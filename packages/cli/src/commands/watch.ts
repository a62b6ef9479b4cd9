import type { RemoteOptions } from '../declare/options.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type ApprovalView, listApprovals } from '../gateway/operations.js';
import { withGateway } from '../gateway/session.js';
import { sayDuration } from '../terminal/duration.js';
import type { Io } from '../terminal/io.js';
import { style } from '../terminal/style.js';
import { plain } from '../terminal/table.js';

const INTERVAL_MS = 1000;

function show(approval: ApprovalView, { print, colour }: Io): void {
  const { id, agent, tool, summary, message, expiresAt } = approval;
  const { yellow, bold, dim } = style(colour);
  print(
    `${yellow('?')} ${bold(`${plain(tool)}: ${plain(summary)}`)}  ${dim(`${plain(agent)}, ${sayDuration(expiresAt - Date.now())} left`)}`,
  );
  if (message !== '') print(`  ${plain(message)}`);
  print(dim(`  sallyport approvals approve ${id}`));
}

/** Shows each approval once when it comes, and once more when it is settled, until the signal. */
export function watch(options: RemoteOptions, io: Io): Promise<ExitCode> {
  return withGateway(options, io, async (caller) => {
    const waiting = new Map<string, ApprovalView>();
    const { signal } = io;
    if (options.json !== true) io.note('Watching; Ctrl-C ends it.');
    while (!signal.aborted) {
      const now = await caller.call(listApprovals, { status: 'pending' });
      const ids = new Set(now.map(({ id }) => id));
      for (const approval of now) {
        if (waiting.has(approval.id)) continue;
        waiting.set(approval.id, approval);
        if (options.json === true) io.print(JSON.stringify(approval));
        else show(approval, io);
      }
      for (const [id, approval] of waiting) {
        if (ids.has(id)) continue;
        waiting.delete(id);
        if (options.json !== true) io.print(style(io.colour).dim(`· settled: ${plain(approval.summary)}`));
      }
      await caller.pause('approvals.watch', INTERVAL_MS, signal).catch(() => undefined);
    }
    return EXIT.ok;
  });
}
