import type { Engine } from '../../engine/engine.js';
import type { AegisMetrics } from './metrics.js';
import type { RequestCounter } from './rate-limit.js';
import type { LiveRegistry } from './registry/live-registry.js';
import type { Settings } from './settings.js';
import type { TokenSigner } from './tokens.js';

/** What every route of the dialect works with. */
export interface Aegis {
  readonly engine: Engine;
  readonly settings: Settings;
  readonly registry: LiveRegistry;
  readonly tokens: TokenSigner;
  readonly metrics: AegisMetrics;
  readonly requests: RequestCounter;
  /** Ends long waits when the gateway closes. */
  readonly closing: AbortSignal;
  readonly version: string;
}
