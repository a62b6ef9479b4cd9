import type { Query, Row, Statement } from '../../../engine/unit.js';
import { isoTime } from '../agents/agent.js';
import { newId } from '../ids.js';
import type { MeshGuardAutoAction } from '../options.js';
import type { MeshGuard } from '../runtime.js';

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

export type AnomalySeverity = (typeof SEVERITIES)[number];

/** What the gateway notices. Skills are the agents' own affair, so that nothing is noticed about them. */
export type AnomalyType =
  | 'new_resource'
  | 'volume_spike'
  | 'off_hours'
  | 'denied_burst'
  | 'new_delegation'
  | 'depth_exceeded'
  | 'trust_drop';

/** Something unusual that an agent did. */
export interface Finding {
  readonly orgId: string;
  readonly agentId: string;
  readonly type: AnomalyType;
  readonly severity: AnomalySeverity;
  readonly description: string;
  /** The entry that made it come to light; empty for none. */
  readonly auditId: string;
  /** What is usual, and what was seen. */
  readonly baseline: number;
  readonly observed: number;
}

/** A finding that was noted. */
export interface Anomaly extends Finding {
  readonly id: string;
  readonly autoAction: MeshGuardAutoAction;
  /** Milliseconds since the epoch. */
  readonly detectedAt: number;
  readonly resolvedAt?: number;
  readonly resolvedBy?: string;
}

/** How much more was seen than is usual: (observed − baseline) ÷ baseline. */
export function deviationFactor({ baseline, observed }: Pick<Finding, 'baseline' | 'observed'>): number {
  return baseline === 0 ? observed : Math.round(((observed - baseline) / baseline) * 100) / 100;
}

/** Gives a finding its id and what is done about it. */
export function newAnomaly({ engine, settings }: MeshGuard, finding: Finding, now: number): Anomaly {
  return {
    ...finding,
    id: newId(engine.ids, 'anom', now),
    autoAction: settings.autoActions[finding.severity],
    detectedAt: now,
  };
}

export const anomalyStatement = (anomaly: Anomaly): Statement => ({
  sql:
    'INSERT INTO meshguard_anomalies (id, org, agent, type, severity, description, audit_id, baseline, observed, ' +
    'auto_action, detected_at, resolved_at, resolved_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)',
  params: [
    ...[anomaly.id, anomaly.orgId, anomaly.agentId, anomaly.type, anomaly.severity, anomaly.description],
    ...[anomaly.auditId, String(anomaly.baseline), String(anomaly.observed), anomaly.autoAction, anomaly.detectedAt],
  ],
});

export const anomalyById = (id: string): Query => ({
  sql: 'SELECT * FROM meshguard_anomalies WHERE id = ?',
  params: [id],
});

const TYPES: readonly AnomalyType[] = [
  ...(['new_resource', 'volume_spike', 'off_hours', 'denied_burst'] as const),
  ...(['new_delegation', 'depth_exceeded', 'trust_drop'] as const),
];
const ACTIONS: readonly MeshGuardAutoAction[] = ['none', 'alert', 'throttle', 'block', 'quarantine'];

export function anomalyOf(row: Row): Anomaly {
  const text = (column: string) => String(row[column]);
  return {
    id: text('id'),
    orgId: text('org'),
    agentId: text('agent'),
    type: TYPES.find((type) => type === row['type']) ?? 'new_resource',
    severity: SEVERITIES.find((severity) => severity === row['severity']) ?? 'critical',
    description: text('description'),
    auditId: text('audit_id'),
    baseline: Number(row['baseline']),
    observed: Number(row['observed']),
    autoAction: ACTIONS.find((action) => action === row['auto_action']) ?? 'none',
    detectedAt: Number(row['detected_at']),
    ...(row['resolved_at'] != null && { resolvedAt: Number(row['resolved_at']), resolvedBy: text('resolved_by') }),
  };
}

/** An anomaly as its API shows it. */
export function anomalyView(anomaly: Anomaly): Readonly<Record<string, unknown>> {
  const { id, orgId, agentId, type, severity, description, auditId, baseline, observed, autoAction } = anomaly;
  const { detectedAt, resolvedAt, resolvedBy } = anomaly;
  return {
    id,
    orgId,
    agentId,
    anomalyType: type,
    severity,
    description,
    triggerAuditId: auditId,
    baselineValue: baseline,
    observedValue: observed,
    deviationFactor: deviationFactor(anomaly),
    autoAction,
    resolved: resolvedAt !== undefined,
    ...(resolvedAt !== undefined && { resolvedAt: isoTime(resolvedAt), resolvedBy }),
    detectedAt: isoTime(detectedAt),
  };
}
