import type { Log } from './engine.js';
import type { EventBus } from './events.js';
import type { EngineEvent } from './unit.js';

/** Events within this process. */
export function createEventBus(log: Log): EventBus {
  const listeners = new Set<(event: EngineEvent) => void>();
  return {
    publish(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          log.error({ err: error, type: event.type }, 'event listener failed');
        }
      }
    },
    subscribe(listener) {
      // A function of its own, so that subscribing the same one twice ends twice.
      const own = (event: EngineEvent) => listener(event);
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}
