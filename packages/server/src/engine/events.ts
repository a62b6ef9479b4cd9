import type { EngineEvent } from './unit.js';

/** Who wants to hear what has happened. Delivery is synchronous, in order, after the commit. */
export interface EventBus {
  publish(event: EngineEvent): void;
  /** Returns the function that ends the subscription. A listener that throws is logged and stays subscribed. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
}
