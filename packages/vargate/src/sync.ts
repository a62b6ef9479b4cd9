import { createSyncClass } from '@sallyport/core/internal';
// By its own name, so that both builds share one copy of the classes with the package's main entry.
import * as vargate from '@sallyport/vargate';

/**
 * The Vargate client for code that cannot await: the same methods, without the promises.
 *
 * All calls are made on one worker thread while the calling thread sleeps. Pages and `sessions.watch()` are plain iterables;
 * callbacks of `govern` run on the calling thread and must be synchronous. `asGovernor()` has no blocking form. Options that
 * are functions or live objects (`signal`, `fetch`, `onProgress`, …) throw `ConfigurationError`, and so does a gateway in the
 * calling thread.
 *
 * @example
 * ```ts
 * import { VargateClientSync } from '@sallyport/vargate/sync';
 *
 * const vargate = new VargateClientSync();
 * const result = vargate.governedToolCall('http', 'GET', { url: 'https://api.example.com/data' });
 * process.stdout.write(`${result.outcome}: ${result.actionId}\n`);
 * ```
 */
export const VargateClientSync = createSyncClass<typeof vargate.VargateClient>({
  from: import.meta.url,
  package: '@sallyport/vargate',
  name: 'VargateClient',
  exports: vargate,
});

/**
 * An instance of the blocking client.
 *
 * @example
 * ```ts
 * import type { VargateClientSync } from '@sallyport/vargate/sync';
 *
 * const isUp = (vargate: VargateClientSync): boolean => vargate.health().status === 'ok';
 * ```
 */
export type VargateClientSync = InstanceType<typeof VargateClientSync>;
