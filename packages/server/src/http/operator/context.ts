import type { RunningDialect } from '../../dialects/dialect.js';
import type { Engine } from '../../engine/engine.js';

/** What the gateway's own routes work with. */
export interface OperatorContext {
  readonly engine: Engine;
  readonly dialects: ReadonlyMap<string, RunningDialect>;
  /** Ends long waits when the gateway closes. */
  readonly closing: AbortSignal;
}
