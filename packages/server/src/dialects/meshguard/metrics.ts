import { createMetrics, type Metrics } from '../../http/metrics.js';
import type { Decision } from './decide/decision.js';
import { destructivePatterns } from './destructive/patterns.js';

/** From a tenth of a millisecond to ten seconds. */
const BUCKETS = [1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Actions come from agents: no more of them are told apart. */
const MAX_ACTIONS = 500;

/** What the dialect measures of itself. */
export interface MeshGuardMetrics {
  /** Counts a decision. */
  decided(decision: Decision): void;
  /** Sorts how long a request took, in milliseconds. */
  took(ms: number): void;
  expose(): Promise<string>;
}

/** What is read when somebody looks. */
export interface Gauges {
  readonly activeAgents: () => Promise<number>;
  readonly auditEntries: () => Promise<number>;
}

/** Sets the documented measurements up. */
export function createMeshGuardMetrics(gauges: Gauges, metrics: Metrics = createMetrics()): MeshGuardMetrics {
  const checks = metrics.counter('meshguard_policy_checks_total', 'Decisions by outcome and action.', [
    'decision',
    'action',
  ]);
  const seconds = metrics.histogram('meshguard_request_duration_seconds', 'Duration of requests.', BUCKETS);
  const destructive = metrics.counter(
    'meshguard_destructive_actions_total',
    'Destructive actions by what became of them.',
    ['outcome', 'severity', 'category'],
  );
  metrics.gauge('meshguard_active_agents', 'Agents that are not revoked.', gauges.activeAgents);
  metrics.gauge('meshguard_audit_entries_total', 'Entries of all audit logs.', gauges.auditEntries);
  const actions = new Set<string>();
  return {
    decided({ outcome, action, gate, approval }) {
      if (actions.size < MAX_ACTIONS) actions.add(action);
      checks.add(outcome === 'allow' ? 'allow' : 'deny', actions.has(action) ? action : 'other');
      if (gate === undefined) return;
      const [worst] = destructivePatterns(action);
      const became =
        outcome === 'allow' ? 'executed' : approval?.status === 'pending' ? `blocked_by_${gate.kind}` : 'rejected';
      destructive.add(became, worst?.severity ?? 'medium', worst?.category ?? 'unknown');
    },
    took: (ms) => seconds.observe(ms / 1000),
    expose: () => metrics.expose(),
  };
}
