import type { EngineEvent } from '../../engine/unit.js';
import { subjectOf } from './describe.js';
import { type Audited, CHAIN } from './events.js';
import { signedUrl } from './links.js';
import { formatNotification, type Notification, platformOf } from './notify-formats.js';
import type { Notify } from './policy/model.js';
import type { Rampart } from './runtime.js';
import { rfc3339Nano } from './time.js';

const TIMEOUT_MS = 5000;
const IN_FLIGHT = 4;
const MAX_RESPONSE_BYTES = 64 * 1024;

/** Tells people about decisions, where the policies say so. Returns the function that stops it. */
export function sendNotifications(rampart: Rampart): () => void {
  return rampart.engine.events.subscribe((event) => {
    if (event.dialect !== 'rampart' || event.type !== 'audit') return;
    const target = notifyTarget(rampart);
    if (target !== undefined) notify(rampart, target, event);
  });
}

/** The first file that says where to is the one that counts. */
function notifyTarget({ policies }: Rampart): Notify | undefined {
  return policies.current().documents.find((document) => document.notify !== undefined)?.notify;
}

function notify(rampart: Rampart, target: Notify, { data }: EngineEvent): void {
  const audited: Audited = Object(data);
  const { notice } = audited;
  if (notice === undefined || !wanted(target, notice)) return;
  const notification = describe(rampart, audited, notice);
  rampart.engine.outbound.notify(`${CHAIN}-notify`, IN_FLIGHT, {
    url: target.url,
    body: JSON.stringify(formatNotification(platformOf(target), notification)),
    timeoutMs: TIMEOUT_MS,
    maxResponseBytes: MAX_RESPONSE_BYTES,
  });
}

function wanted({ on }: Notify, action: string): boolean {
  const name = action === 'require_approval' ? 'ask' : action;
  return on.some((wantedAction) => wantedAction === name);
}

function describe(rampart: Rampart, { event, approval }: Audited, action: string): Notification {
  return {
    action,
    tool: event.tool,
    command: subjectOf({ tool: event.tool, ...texts(event.request), params: event.request }),
    policy: event.decision.matched_policies?.[0] ?? 'unknown',
    message: event.decision.message ?? '',
    agent: event.agent,
    timestamp: event.timestamp,
    ...(approval !== undefined && {
      summary: approval.summary,
      approval_id: approval.id,
      expires_at: rfc3339Nano(approval.expiresAt),
      resolve_url: signedUrl(rampart.baseUrl(), rampart.signer, approval.id, approval.expiresAt),
    }),
  };
}

function texts(request: Readonly<Record<string, unknown>>): Record<'command' | 'path' | 'url', string> {
  const text = (name: string): string => {
    const value = request[name];
    return typeof value === 'string' ? value : '';
  };
  return { command: text('command'), path: text('path'), url: text('url') };
}
