import { signHmac } from '@sallyport/verify';
import type { EngineEvent } from '../../engine/unit.js';
import { isoTime } from './agents/agent.js';
import { type Anomaly, anomalyView } from './anomalies/anomaly.js';
import type { DecidedCall } from './decide/record.js';
import { newId } from './ids.js';
import { tierLevel } from './policy/tiers.js';
import type { MeshGuard } from './runtime.js';

const TIMEOUT_MS = 5000;
const IN_FLIGHT = 4;
const MAX_RESPONSE_BYTES = 64 * 1024;
const MINUTE_MS = 60_000;

type Trigger = 'deny' | 'error' | 'rate_limit';

interface Alert {
  readonly trigger: Trigger;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly title: string;
  readonly message: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

/** Tells people about denials, errors and limits, where that is configured. Returns the function that stops it. */
export function sendAlerts(mesh: MeshGuard): () => void {
  const { alerts } = mesh.settings;
  if (alerts === undefined) return () => {};
  const wanted = new Set<string>(alerts.on);
  let began = Number.NEGATIVE_INFINITY;
  let sent = 0;
  return mesh.engine.events.subscribe((event) => {
    const alert = event.dialect === 'meshguard' ? alertOf(event) : undefined;
    if (alert === undefined || !(wanted.has('all') || wanted.has(alert.trigger))) return;
    const now = mesh.engine.clock.now();
    if (now - began >= MINUTE_MS || now < began) [began, sent] = [now, 0];
    sent += 1;
    if (sent > alerts.perMinute) {
      mesh.engine.log.warn(
        { trigger: alert.trigger, perMinute: alerts.perMinute },
        'alert dropped: too many in a minute',
      );
      return;
    }
    post(mesh, alert, now);
  });
}

function alertOf({ type, data }: EngineEvent): Alert | undefined {
  if (type === 'decision') return ofDecision(Object(data));
  if (type === 'anomaly') return ofAnomaly(Object(data));
  if (type !== 'error') return undefined;
  const { message, ...entry }: { message?: unknown } = Object(data);
  return { trigger: 'error', severity: 'critical', title: 'Request failed', message: String(message), entry };
}

function ofDecision({ entry, outcome }: DecidedCall): Alert | undefined {
  if (outcome === 'allow') return undefined;
  const { traceId, agentId, agentName, trustTier, action, method, path, decision, policy, reason = '' } = entry;
  const isGrave = tierLevel(trustTier) === tierLevel('privileged') || action.startsWith('admin:');
  const limited = outcome === 'limited';
  return {
    trigger: limited ? 'rate_limit' : 'deny',
    severity: isGrave && !limited ? 'critical' : 'warning',
    title: limited ? 'Rate limit exceeded' : 'Action denied',
    message: `${agentName}: ${action} – ${reason}`,
    entry: { traceId, agentId, agentName, trustTier, action, method, path, decision, policyName: policy, reason },
  };
}

function ofAnomaly(anomaly: Anomaly): Alert | undefined {
  if (anomaly.autoAction === 'none') return undefined;
  const severity = anomaly.severity === 'critical' ? 'critical' : 'warning';
  const { agentId, description } = anomaly;
  return {
    trigger: 'deny',
    severity,
    title: 'Anomaly detected',
    message: `${agentId}: ${description}`,
    entry: anomalyView(anomaly),
  };
}

function post({ engine, settings: { alerts } }: MeshGuard, alert: Alert, now: number): void {
  if (alerts === undefined) return;
  const { webhookUrl, webhookSecret, instance, environment } = alerts;
  const { trigger, ...what } = alert;
  const body = JSON.stringify({
    event: 'meshguard.alert',
    version: '1.0',
    id: newId(engine.ids, 'alert', now),
    timestamp: isoTime(now),
    trigger,
    ...what,
    instance,
    environment,
  });
  engine.outbound.notify('meshguard-alerts', IN_FLIGHT, {
    url: webhookUrl,
    body,
    headers: {
      'user-agent': 'MeshGuard/1.0',
      'x-meshguard-event': 'alert',
      'x-meshguard-trigger': trigger,
      ...(webhookSecret !== undefined && { 'x-meshguard-signature': signHmac(body, webhookSecret) }),
    },
    timeoutMs: TIMEOUT_MS,
    maxResponseBytes: MAX_RESPONSE_BYTES,
  });
}
