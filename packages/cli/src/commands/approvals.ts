import { userInfo } from 'node:os';
import type { ResolveOptions } from '../declare/approvals.js';
import type { RemoteOptions } from '../declare/options.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type ApprovalView, listApprovals, type Resolution, resolveApproval } from '../gateway/operations.js';
import { withGateway } from '../gateway/session.js';
import { wholeCall } from '../gateway/whole-call.js';
import { sayDuration } from '../terminal/duration.js';
import type { Io } from '../terminal/io.js';
import { style } from '../terminal/style.js';
import { cut, plain, table } from '../terminal/table.js';

const AGENT_CHARS = 24;
const CALL_CHARS = 72;

const row = ({ id, agent, tool, summary, expiresAt, message }: ApprovalView, now: number): readonly string[] => [
  id,
  sayDuration(expiresAt - now),
  cut(agent, AGENT_CHARS),
  cut(`${tool}: ${summary}`, CALL_CHARS),
  message,
];

/** Shows what is waiting. */
export function list(options: RemoteOptions, io: Io): Promise<ExitCode> {
  return withGateway(options, io, async (caller) => {
    const approvals = await caller.call(listApprovals, { status: 'pending' });
    if (options.json === true) io.print(JSON.stringify(approvals));
    else if (approvals.length === 0) io.print('Nothing is waiting.');
    else {
      const now = Date.now();
      const [heading = '', ...lines] = table(
        ['ID', 'LEFT', 'AGENT', 'CALL', 'WHY'],
        approvals.map((approval) => row(approval, now)),
      );
      io.print(style(io.colour).dim(heading));
      approvals.forEach((approval, index) => {
        io.print(lines[index] ?? '');
        const isCut = approval.tool.length + 2 + approval.summary.length > CALL_CHARS;
        const call = wholeCall(approval, isCut);
        if (call !== undefined) io.print(`  ${call}`);
      });
    }
    return EXIT.ok;
  });
}

/** Undefined where the system has no name for the user, as in some containers: the gateway then names the credential. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** Answers one call. */
export function resolve(
  id: string,
  verdict: Resolution['verdict'],
  options: ResolveOptions,
  io: Io,
): Promise<ExitCode> {
  return withGateway(options, io, async (caller) => {
    const by = options.by ?? userName();
    const approval = await caller.call(resolveApproval, { id, verdict, by, note: options.note });
    if (options.json === true) io.print(JSON.stringify(approval));
    else {
      const { green, red } = style(io.colour);
      const word = verdict === 'approved' ? green('approved') : red('denied');
      io.print(`${word} ${plain(approval.tool)}: ${plain(approval.summary)}`);
    }
    return EXIT.ok;
  });
}
