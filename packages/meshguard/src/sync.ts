import type { BlockingArgument } from '@sallyport/core';
import { createSyncClass } from '@sallyport/core/internal';
// By its own name, so that both builds share one copy of the classes with the package's main entry.
import * as meshguard from '@sallyport/meshguard';

type Options = BlockingArgument<meshguard.CheckArgument>;

/**
 * The permission that a governed block of blocking code runs under: `using decision = client.govern(action)`.
 *
 * @example
 * ```ts
 * import { type GovernedDecisionSync, MeshGuardClientSync } from '@sallyport/meshguard/sync';
 *
 * using decision: GovernedDecisionSync = new MeshGuardClientSync().govern('write:email');
 * process.stdout.write(`${decision.traceId}\n`);
 * ```
 */
export interface GovernedDecisionSync extends meshguard.PolicyDecision, Disposable {}

interface Governs {
  /** Runs a synchronous function on the calling thread, only when the action is allowed. */
  govern<T>(action: string, run: (decision: meshguard.PolicyDecision) => T, options?: Options): T;
  /** Governs a block of code: `using decision = client.govern(action)`. */
  govern(action: string, options?: Options): GovernedDecisionSync;
}

/** What a function returned is the caller's; a permission gets the disposer that no thread could hand over. */
function scoped(result: unknown, [, second]: readonly unknown[]): unknown {
  if (typeof second === 'function') return result;
  return Object.defineProperty(Object(result), Symbol.dispose, { value: () => {} });
}

/**
 * The MeshGuard client for code that cannot await: the same methods, without the promises.
 *
 * All calls are made on one worker thread while the calling thread sleeps. Proxied answers are read whole, up to
 * `maxResponseBytes`. `asGovernor()` has no blocking form. Options that are functions or live objects (`signal`, `fetch`,
 * `runtime`, …) throw `ConfigurationError`, and so does a gateway in the calling thread.
 *
 * @example
 * ```ts
 * import { MeshGuardClientSync } from '@sallyport/meshguard/sync';
 *
 * const client = new MeshGuardClientSync();
 * if (client.check('read:contacts').allowed) process.stdout.write(client.get('/api/contacts').text());
 * ```
 */
export const MeshGuardClientSync = createSyncClass<typeof meshguard.MeshGuardClient, Governs>({
  from: import.meta.url,
  package: '@sallyport/meshguard',
  name: 'MeshGuardClient',
  exports: meshguard,
  revive: { govern: scoped },
});

/**
 * An instance of the blocking client.
 *
 * @example
 * ```ts
 * import type { MeshGuardClientSync } from '@sallyport/meshguard/sync';
 *
 * const isUp = (client: MeshGuardClientSync): boolean => client.isHealthy();
 * ```
 */
export type MeshGuardClientSync = InstanceType<typeof MeshGuardClientSync>;
