import { within } from './checks.js';
import { deciding } from './deciding.js';
import { failing } from './failing.js';
import type { GovernorCase, MakeHarness } from './harness.js';
import { waiting } from './waiting.js';

/**
 * The two functions of a test runner that the suite needs; vitest's, jest's and `node:test`'s fit as they are.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import type { TestHooks } from '@sallyport/core/testing';
 *
 * const hooks: TestHooks = { describe, it };
 * ```
 */
export interface TestHooks {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

/**
 * Settings of the suite.
 *
 * @example
 * ```ts
 * import type { SuiteOptions } from '@sallyport/core/testing';
 *
 * const options: SuiteOptions = { limitMs: 10_000 };
 * ```
 */
export interface SuiteOptions {
  /**
   * Milliseconds after which a case that has not ended has failed.
   * @defaultValue 5000
   */
  readonly limitMs?: number;
}

/**
 * The suite as a list, for runners without `describe` and `it`.
 *
 * @param makeHarness - called once for each case, so that no case sees what another did.
 * @returns named cases; `run` rejects with an `AssertionError` that says what does not hold.
 * @example
 * ```ts
 * import { governorCases, type MakeHarness } from '@sallyport/core/testing';
 *
 * async function passes(makeHarness: MakeHarness): Promise<void> {
 *   for (const { run } of governorCases(makeHarness)) await run();
 * }
 * ```
 */
export function governorCases(makeHarness: MakeHarness, options: SuiteOptions = {}): GovernorCase[] {
  const limitMs = options.limitMs ?? 5_000;
  return Object.entries({ ...deciding, ...waiting, ...failing }).map(([name, check]) => ({
    name,
    async run() {
      const harness = await makeHarness();
      try {
        await within(limitMs, check(harness));
      } finally {
        await harness.close?.();
      }
    },
  }));
}

/**
 * Registers the suite that every governor must pass: allow, deny, pending until approved, rejected or expired, a gateway
 * that is down, slow or not to be understood, calls the gateway carried out itself, redaction, and giving up mid-wait.
 *
 * @param makeHarness - called once for each case.
 * @param hooks - your runner's `describe` and `it`.
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { type MakeHarness, testGovernor } from '@sallyport/core/testing';
 *
 * export const register = (makeHarness: MakeHarness) => testGovernor(makeHarness, { describe, it });
 * ```
 */
export function testGovernor(makeHarness: MakeHarness, hooks: TestHooks, options: SuiteOptions = {}): void {
  hooks.describe('Governor', () => {
    for (const { name, run } of governorCases(makeHarness, options)) hooks.it(name, run);
  });
}
