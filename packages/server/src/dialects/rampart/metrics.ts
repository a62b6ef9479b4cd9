import { createMetrics, type Metrics } from '../../http/metrics.js';

/** From a microsecond to a tenth of a second. */
const BUCKETS = [
  1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1,
];

/** What the dialect measures of itself. */
export interface RampartMetrics {
  /** Counts a decision of the tool route. */
  decided(action: string, policy: string | undefined, tookUs: number): void;
  expose(): Promise<string>;
}

/** What is read when somebody looks. */
export interface Gauges {
  readonly pendingApprovals: () => Promise<number>;
  readonly policyCount: () => number;
  readonly uptimeSeconds: () => number;
}

/** Sets the documented measurements up. */
export function createRampartMetrics(gauges: Gauges, metrics: Metrics = createMetrics()): RampartMetrics {
  const decisions = metrics.counter('rampart_decisions_total', 'Decisions by action and policy.', ['action', 'policy']);
  const seconds = metrics.histogram('rampart_eval_duration_seconds', 'Duration of policy evaluation.', BUCKETS);
  metrics.gauge('rampart_pending_approvals', 'Approvals that wait for a human.', gauges.pendingApprovals);
  metrics.gauge('rampart_policy_count', 'Policies that are loaded.', gauges.policyCount);
  metrics.gauge('rampart_uptime_seconds', 'Seconds since the gateway started.', gauges.uptimeSeconds);
  return {
    decided(action, policy = 'none', tookUs) {
      decisions.add(action, policy);
      seconds.observe(tookUs / 1e6);
    },
    expose: () => metrics.expose(),
  };
}
