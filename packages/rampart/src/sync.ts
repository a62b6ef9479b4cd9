import type { BlockingArgument } from '@sallyport/core';
import { createSyncClass } from '@sallyport/core/internal';
// By its own name, so that both builds share one copy of the classes with the package's main entry.
import * as rampart from '@sallyport/rampart';

interface Guards {
  /** Wraps a synchronous function so that it runs only when allowed, on the calling thread. */
  guard<Args extends readonly unknown[], Result>(
    fn: (...args: Args) => Result,
    options?: BlockingArgument<rampart.GuardOptions>,
  ): (...args: Args) => Result | string;
}

/**
 * The Rampart client for code that cannot await: the same methods, without the promises.
 *
 * All calls are made on one worker thread while the calling thread sleeps. Callbacks of `govern` and `guard` run on the
 * calling thread and must be synchronous. `events()` and `asGovernor()` have no blocking form. Options that are functions
 * or live objects (`signal`, `fetch`, `runtime`, …) throw `ConfigurationError`, and so does a gateway in the calling thread.
 *
 * @example
 * ```ts
 * import { RampartClientSync } from '@sallyport/rampart/sync';
 *
 * const rampart = new RampartClientSync();
 * const { allowed } = rampart.preflight('exec', { command: 'rm -rf /' });
 * ```
 */
export const RampartClientSync = createSyncClass<typeof rampart.RampartClient, Guards>({
  from: import.meta.url,
  package: '@sallyport/rampart',
  name: 'RampartClient',
  exports: rampart,
});

/**
 * An instance of the blocking client.
 *
 * @example
 * ```ts
 * import type { RampartClientSync } from '@sallyport/rampart/sync';
 *
 * const isUp = (rampart: RampartClientSync): boolean => rampart.health().status === 'ok';
 * ```
 */
export type RampartClientSync = InstanceType<typeof RampartClientSync>;
