import { createHash } from 'node:crypto';
import { canonicalJson } from '@sallyport/verify';
import type { Caller } from './auth.js';
import type { CallRequest } from './documents/canonical.js';
import type { HostedOwner } from './hosted.js';
import type { PolicySet } from './policy/policy.js';

/** A call to decide on, together with who asks, how, and under which policies. */
export interface Proposal extends Omit<CallRequest, 'approvalOwner' | 'openclawHosted' | 'skipPendingApproval'> {
  readonly approvalOwner: HostedOwner | undefined;
  /** The host that asks its own user about the call; undefined for the ordinary queue. */
  readonly host: HostedOwner | undefined;
  readonly caller: Caller;
  readonly route: 'tool' | 'preflight';
  /** Size of the request's body. */
  readonly bodyBytes: number;
  /** The policies at the time of asking: one decision never sees two revisions. */
  readonly policies: PolicySet;
  /** The approval whose answer this held call comes back for. */
  readonly redeems?: string;
}

/** Whether a call takes effect: it is counted, and uses up `once` rules. */
export function takesEffect({ route, enforce }: Proposal): boolean {
  return route === 'tool' || enforce;
}

/** Only a call that can be told from every other one may redeem an approval later. */
export function isReplayable({ runId, toolCallId }: Pick<CallRequest, 'runId' | 'toolCallId'>): boolean {
  return runId !== '' && toolCallId !== '';
}

/** SHA-256, hex, of the exact call and its caller: what an approval is bound to. */
export function callDigest({ call, caller, runId, toolCallId }: Proposal): string {
  return sha256(
    canonicalJson({
      dialect: 'rampart',
      owner: caller.id,
      agent: call.agent,
      depth: call.agentDepth,
      session: call.session,
      run_id: runId,
      tool_call_id: toolCallId,
      tool: call.tool,
      workdir: call.workdir,
      params: call.params,
      input: call.input,
    }),
  );
}

/** Whom a run grant is for. */
export interface RunIdentity {
  readonly agent: string;
  readonly session: string;
  readonly runId: string;
  readonly owner: string;
}

/** The key of a run grant. */
export function runKey({ agent, session, runId, owner }: RunIdentity): string {
  return sha256(canonicalJson([agent, session, runId, owner]));
}

/** Whether all parts that a run grant needs are there. */
export function isWholeRun({ agent, session, runId }: RunIdentity): boolean {
  return agent !== '' && session !== '' && runId !== '';
}

export function runOf({ call, caller, runId }: Proposal): RunIdentity {
  return { agent: call.agent, session: call.session, runId, owner: caller.id };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
