import { badRequest } from '../../http/failure.js';
import type { Caller } from './auth.js';
import type { CallRequest } from './documents/canonical.js';
import type { Rampart } from './runtime.js';
import { rfc3339 } from './time.js';

/** A host that asks its own user; this server only decides and records. */
export type HostedOwner = Readonly<Record<string, unknown>>;

/** Tools whose exact call can be written down as an allow rule. */
const PERSISTABLE_TOOLS: ReadonlySet<string> = new Set(['exec', 'read', 'write', 'edit']);

/**
 * The host that an admin's call names as owner of its approval; undefined for the ordinary queue. Agents cannot take
 * their calls out of the queue: for them the flags mean nothing.
 *
 * @throws RequestFailure 400 when the flags contradict each other.
 */
export function hostedOwner(request: CallRequest, caller: Caller): HostedOwner | undefined {
  const { approvalOwner, openclawHosted, skipPendingApproval } = request;
  if (!caller.admin) return undefined;
  const legacy = openclawHosted && skipPendingApproval;
  if (approvalOwner === undefined) {
    if (legacy) return { host: 'openclaw', mode: 'hosted' };
    if (openclawHosted || skipPendingApproval) throw notHosted();
    return undefined;
  }
  const hosted = text(approvalOwner['mode']).toLowerCase() === 'hosted';
  if (!hosted) {
    if (openclawHosted || skipPendingApproval) throw notHosted();
    return undefined;
  }
  if (text(approvalOwner['host']).trim() === '') {
    throw badRequest('approval_owner.host is required when approval_owner.mode=hosted');
  }
  if (approvalOwner['supports_exact_resume'] !== true) {
    throw badRequest('approval_owner.supports_exact_resume=true is required for hosted approvals');
  }
  return approvalOwner;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const notHosted = () =>
  badRequest(
    'hosted approval requests require approval_owner.mode=hosted or both openclaw_hosted and skip_pending_approval',
  );

/** The fields that tell a host what it may offer its user. */
export function hostedFields(
  rampart: Rampart,
  { call, toolCallId }: Pick<CallRequest, 'call' | 'toolCallId'>,
  owner: HostedOwner,
  reason: string,
  now: number,
): Record<string, unknown> {
  const always = owner['supports_allow_always'] === true && PERSISTABLE_TOOLS.has(call.tool);
  return {
    approval_mode: 'hosted',
    approval_owner: owner,
    tool_call_id: toolCallId,
    approval: {
      reason,
      scope_options: ['once', 'session', ...(always ? ['always'] : [])],
      allow_always_supported: always,
      timeout_ms: rampart.approvalTimeoutMs,
      expires_at: rfc3339(now + rampart.approvalTimeoutMs),
    },
  };
}
