import type { RampartEvent } from '@sallyport/verify';
import type { Engine } from '../../engine/engine.js';
import type { PolicyStore } from './documents/store.js';
import type { HeldRequests } from './held.js';
import type { LinkSigner } from './links.js';
import type { RampartMetrics } from './metrics.js';
import type { RampartMode } from './options.js';

/** What every route of the dialect works with. */
export interface Rampart {
  readonly engine: Engine;
  readonly policies: PolicyStore;
  readonly mode: RampartMode;
  readonly approvalTimeoutMs: number;
  readonly host: RampartEvent['host'];
  readonly metrics: RampartMetrics;
  readonly signer: LinkSigner;
  readonly held: HeldRequests;
  /** Resolves symbolic links of a path, for path rules. */
  readonly realpath: (path: string) => string;
  /** Where signed links lead: `http://localhost:9090`. */
  readonly baseUrl: () => string;
  /** On the engine's monotonic clock. */
  readonly startedAt: number;
  readonly version: string;
}
