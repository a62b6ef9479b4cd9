// By its own name, so that both builds share one copy of the classes with the package's main entry.
import * as aegis from '@sallyport/aegis';
import type { BlockingArgument } from '@sallyport/core';
import { createSyncClass } from '@sallyport/core/internal';

interface Governs {
  /** Wraps synchronous functions so that they run only when allowed, on the calling thread. */
  governed(
    capability: string,
    options?: BlockingArgument<aegis.GovernedOptions>,
  ): <Parameters extends object, Result>(
    fn: (parameters: Parameters, decision: aegis.Decision) => Result,
  ) => (parameters: Parameters) => Result;
  /** A web framework awaits: use the async client. */
  readonly requireGovernance?: never;
}

const isFields = (result: unknown): result is aegis.DecisionFields =>
  typeof result === 'object' && result !== null && 'decisionId' in result && 'outcome' in result;

/** Classes do not cross threads: a decision gets the wire's names back. */
const revive = (result: unknown): unknown => (isFields(result) ? new aegis.Decision(result) : result);

/** The same for a page of them. */
function revivePage(result: unknown): unknown {
  if (typeof result === 'object' && result !== null && 'decisions' in result && Array.isArray(result.decisions)) {
    return { ...result, decisions: result.decisions.map(revive) };
  }
  return revive(result);
}

/**
 * The AEGIS client for code that cannot await: the same methods, without the promises.
 *
 * All calls are made on one worker thread while the calling thread sleeps. Callbacks of `govern`, `governed` and
 * `proposeWithConfirmation` run on the calling thread and must be synchronous. `asGovernor()` and `requireGovernance()` have no
 * blocking form. Options that are functions or live objects (`signal`, `fetch`, `runtime`, …) throw `ConfigurationError`, and so
 * does a gateway in the calling thread.
 *
 * @example
 * ```ts
 * import { AegisClientSync } from '@sallyport/aegis/sync';
 *
 * const aegis = new AegisClientSync();
 * const { outcome } = aegis.propose({
 *   actor: { id: 'agent-001', type: 'ai-agent' },
 *   action: { capability: 'database.query', parameters: { query: 'SELECT 1' } },
 * });
 * ```
 */
export const AegisClientSync = createSyncClass<typeof aegis.AegisClient, Governs>({
  from: import.meta.url,
  package: '@sallyport/aegis',
  name: 'AegisClient',
  exports: aegis,
  data: [aegis.Decision],
  reviveGiven: revive,
  revive: {
    propose: revive,
    confirm: revive,
    proposeWithConfirmation: revive,
    'decisions.get': revive,
    'decisions.list': revivePage,
  },
});

/**
 * An instance of the blocking client.
 *
 * @example
 * ```ts
 * import type { AegisClientSync } from '@sallyport/aegis/sync';
 *
 * const isUp = (aegis: AegisClientSync): boolean => aegis.health().status === 'healthy';
 * ```
 */
export type AegisClientSync = InstanceType<typeof AegisClientSync>;
