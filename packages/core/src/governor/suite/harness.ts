import type { Governor, PendingDecision, ProposedAction } from '../port.js';

/**
 * How a gateway can fail its governor: gone, silent, or answering with a verdict that nobody knows.
 *
 * @example
 * ```ts
 * import type { GatewayFault } from '@sallyport/core/testing';
 *
 * const faults: GatewayFault[] = ['down', 'slow', 'unknown-verdict'];
 * ```
 */
export type GatewayFault = 'down' | 'slow' | 'unknown-verdict';

/**
 * A governor on a gateway that the suite can play: what it answers to which action, and what its humans do.
 *
 * @example
 * ```ts
 * import { type GovernorHarness, MemoryGovernor } from '@sallyport/core/testing';
 *
 * function makeHarness(): GovernorHarness {
 *   const governor = new MemoryGovernor({
 *     policy: ({ tool }) => ({ outcome: tool === 'read' ? 'allow' : tool === 'send' ? 'ask' : 'deny' }),
 *   });
 *   return {
 *     governor,
 *     actions: {
 *       allow: { tool: 'read', input: { path: 'a' } },
 *       deny: { tool: 'wipe', input: {} },
 *       pending: { tool: 'send', input: { to: 'you' } },
 *     },
 *     approve: ({ approvalId }) => governor.approve(approvalId),
 *     reject: ({ approvalId }) => governor.reject(approvalId),
 *     expire: ({ approvalId }) => governor.expire(approvalId),
 *     broken(fault) {
 *       governor.fault = fault;
 *       return governor;
 *     },
 *   };
 * }
 * ```
 */
export interface GovernorHarness {
  readonly governor: Governor;
  /** Actions without ids, and what the gateway says to each. */
  readonly actions: {
    readonly allow: ProposedAction;
    readonly deny: ProposedAction;
    readonly pending: ProposedAction;
    /** One that the gateway carries out itself; leave it out where no gateway does. */
    readonly executed?: ProposedAction;
  };
  /** An output of the allowed action that the gateway redacts, and the secret in it; leave it out where none is redacted. */
  readonly leak?: { readonly output: string; readonly secret: string };
  /** A human approves. */
  approve(decision: PendingDecision): void | Promise<void>;
  /** A human refuses. */
  reject(decision: PendingDecision): void | Promise<void>;
  /** Time runs out for the approval. */
  expire(decision: PendingDecision): void | Promise<void>;
  /** The same governor with its gateway failing from now on. */
  broken(fault: GatewayFault): Governor | Promise<Governor>;
  close?(): void | Promise<void>;
}

/**
 * Makes a fresh harness; called once for each case.
 *
 * @example
 * ```ts
 * import { type MakeHarness, testGovernor } from '@sallyport/core/testing';
 * import { describe, it } from 'node:test';
 *
 * export const check = (makeHarness: MakeHarness) => testGovernor(makeHarness, { describe, it });
 * ```
 */
export type MakeHarness = () => GovernorHarness | Promise<GovernorHarness>;

/**
 * One named check of a governor; `run` rejects when it does not hold.
 *
 * @example
 * ```ts
 * import type { GovernorCase } from '@sallyport/core/testing';
 *
 * const runAll = async (cases: readonly GovernorCase[]) => {
 *   for (const { run } of cases) await run();
 * };
 * ```
 */
export interface GovernorCase {
  readonly name: string;
  run(): Promise<void>;
}
