import { createMetrics, type Metrics } from '../../http/metrics.js';
import type { Outcome } from './registry/model.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.075, 0.15, 0.5, 1];
const SCORES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const COUNTS = [0, 1, 2, 5, 10, 20, 50, 100];

/** What is measured of one decision. */
export interface DecisionMeasures {
  readonly outcome: Outcome;
  /** 0 to 1. */
  readonly riskScore: number;
  /** Registered name; absent for names that anybody can make up. */
  readonly capability?: string;
  readonly rules: number;
}

/** What the dialect measures of itself. */
export interface AegisMetrics {
  decided(decision: DecisionMeasures, tookMs: number): void;
  expose(): Promise<string>;
}

/** Sets the documented measurements up. */
export function createAegisMetrics(
  pendingReviews: () => Promise<number>,
  metrics: Metrics = createMetrics(),
): AegisMetrics {
  const decisions = metrics.counter('aegis_decisions_total', 'Decisions by outcome.', ['outcome']);
  const latency = metrics.histogram('aegis_decisions_latency_seconds', 'Time until a decision is on record.', SECONDS);
  const risk = metrics.histogram('aegis_risk_score', 'Risk scores of decisions, 0 to 1.', SCORES);
  const rules = metrics.histogram('aegis_policies_evaluated', 'Policy rules evaluated for a decision.', COUNTS);
  const usage = metrics.counter('aegis_capabilities_usage_total', 'Proposals by capability.', ['capability']);
  metrics.gauge('aegis_pending_reviews', 'Confirmations and escalations that wait for a human.', pendingReviews);
  return {
    decided(decision, tookMs) {
      decisions.add(decision.outcome);
      latency.observe(tookMs / 1000);
      risk.observe(decision.riskScore);
      rules.observe(decision.rules);
      usage.add(decision.capability ?? 'unregistered');
    },
    expose: () => metrics.expose(),
  };
}
