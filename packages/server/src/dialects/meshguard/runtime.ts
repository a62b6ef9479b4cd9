import type { Engine } from '../../engine/engine.js';
import type { AnomalyDetector } from './anomalies/detector.js';
import type { HeldRequests } from './held.js';
import type { AgentTokens } from './identity/tokens.js';
import type { MeshGuardMetrics } from './metrics.js';
import type { OrgChainBook } from './orgs.js';
import type { PolicyStore } from './policies/policy-store.js';
import type { Upstream } from './proxy/upstream.js';
import type { Settings } from './settings.js';

/** What every route of the dialect works with. */
export interface MeshGuard {
  readonly engine: Engine;
  readonly settings: Settings;
  readonly tokens: AgentTokens;
  readonly policies: PolicyStore;
  readonly orgs: OrgChainBook;
  readonly metrics: MeshGuardMetrics;
  readonly held: HeldRequests;
  readonly upstream: Upstream;
  /** Looks at decisions; starts with the first that asks for it. */
  readonly detector: () => AnomalyDetector;
  /** On the engine's monotonic clock. */
  readonly startedAt: number;
  readonly version: string;
}
