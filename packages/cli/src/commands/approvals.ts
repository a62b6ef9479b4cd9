import { userInfo } from 'node:os';
import { EXIT, type ExitCode } from '../exit.js';
import { type ApprovalView, listApprovals, type Resolution, resolveApproval } from '../gateway/operations.js';
import { askEach, askInTurn, type RemoteOptions, withGateways } from '../gateway/session.js';
import { callLine, wholeCall } from '../gateway/whole-call.js';
import { sayDuration } from '../terminal/duration.js';
import type { Io } from '../terminal/io.js';
import { style } from '../terminal/style.js';
import { cut, plain, table } from '../terminal/table.js';

/** What the answering commands were told. */
export interface ResolveOptions extends RemoteOptions {
  readonly by?: string;
  readonly note?: string;
}

const AGENT_CHARS = 24;
const CALL_CHARS = 72;

const row = (approval: ApprovalView, now: number): readonly string[] => [
  approval.id,
  sayDuration(approval.expiresAt - now),
  approval.dialect,
  cut(approval.agent, AGENT_CHARS),
  cut(callLine(approval), CALL_CHARS),
  approval.message,
];

const asked = ({ dialect }: RemoteOptions) => ({ status: 'pending', ...(dialect !== undefined && { dialect }) });

/** What several credentials see, oldest first; what two of them see, once. */
function merged(lists: readonly (readonly ApprovalView[])[]): readonly ApprovalView[] {
  const byId = new Map(lists.flat().map((approval) => [approval.id, approval]));
  return [...byId.values()].sort((a, b) => a.createdAt - b.createdAt);
}

/** Shows what is waiting. */
export function list(options: RemoteOptions, io: Io): Promise<ExitCode> {
  return withGateways(options, io, async (sessions) => {
    const found = await askEach(sessions, io, ({ caller }) => caller.call(listApprovals, asked(options)));
    const approvals = merged(found.map(({ answer }) => answer));
    if (options.json === true) io.print(JSON.stringify(approvals));
    else if (approvals.length === 0) io.print('Nothing is waiting.');
    else {
      const now = Date.now();
      const [heading = '', ...lines] = table(
        ['ID', 'LEFT', 'PROTOCOL', 'AGENT', 'CALL', 'WHY'],
        approvals.map((approval) => row(approval, now)),
      );
      io.print(style(io.colour).dim(heading));
      approvals.forEach((approval, index) => {
        io.print(lines[index] ?? '');
        const isCut = callLine(approval).length > CALL_CHARS;
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
  return withGateways(options, io, async (sessions) => {
    const by = options.by ?? userName();
    const answer = { id, verdict, by, note: options.note };
    const approval = await askInTurn(sessions, ({ caller }) => caller.call(resolveApproval, answer));
    if (options.json === true) io.print(JSON.stringify(approval));
    else {
      const { green, red } = style(io.colour);
      const word = verdict === 'approved' ? green('approved') : red('denied');
      io.print(`${word} ${plain(callLine(approval))}`);
    }
    return EXIT.ok;
  });
}
