import { ResponseValidationError } from '../errors/response.js';
import { ConnectionError, TimeoutError } from '../errors/transport.js';
import { type PreparedAction, prepareAction } from './action.js';
import { abortedError, bounded } from './bounded.js';
import type {
  AllowDecision,
  CallOptions,
  DenyDecision,
  Governor,
  GovernorDecision,
  Outcome,
  PendingDecision,
  ProposedAction,
  Reported,
  WaitOptions,
} from './port.js';

/**
 * What the policy of a {@link MemoryGovernor} says about an action. `result` makes the governor carry the call out itself.
 *
 * @example
 * ```ts
 * import type { MemoryVerdict } from '@sallyport/core/testing';
 *
 * const verdict: MemoryVerdict = { outcome: 'deny', reason: 'not on a Friday' };
 * ```
 */
export type MemoryVerdict =
  | { readonly outcome: 'allow'; readonly reason?: string; readonly result?: unknown }
  | { readonly outcome: 'deny'; readonly reason?: string; readonly suggestions?: readonly string[] }
  | { readonly outcome: 'ask'; readonly reason?: string };

/**
 * What a {@link MemoryGovernor} is made of.
 *
 * @example
 * ```ts
 * import type { MemoryGovernorOptions } from '@sallyport/core/testing';
 *
 * const options: MemoryGovernorOptions = { policy: () => ({ outcome: 'allow' }) };
 * ```
 */
export interface MemoryGovernorOptions {
  /** Decides about an action; must be pure. */
  readonly policy: (action: ProposedAction) => MemoryVerdict;
  /** Returns the output without what must not be seen; an output it changes counts as redacted. */
  readonly redact?: (output: unknown) => unknown;
  /**
   * Makes ids.
   * @defaultValue `memory-1`, `memory-2`, …
   */
  readonly newId?: () => string;
}

type Answer = 'approved' | 'rejected' | 'expired';
interface Approval {
  readonly answered: Promise<Answer>;
  readonly answer: (answer: Answer) => void;
  redeemed: boolean;
}

/**
 * A complete governor without a gateway: policy, approvals and redaction in memory, for tests and as the reference of
 * what every governor must do. `fault` makes it fail the way a gateway does.
 *
 * @example
 * ```ts
 * import { govern } from '@sallyport/core';
 * import { MemoryGovernor } from '@sallyport/core/testing';
 *
 * const governor = new MemoryGovernor({ policy: ({ tool }) => ({ outcome: tool === 'read' ? 'allow' : 'ask' }) });
 * await govern(governor, { tool: 'read', input: { path: 'README.md' } }, () => '# Sallyport');
 * ```
 */
export class MemoryGovernor implements Governor {
  readonly name = 'memory';
  /** Every outcome that was reported, in order. */
  readonly outcomes: Outcome[] = [];
  /** `down` refuses connections, `slow` never answers, `unknown-verdict` answers what nobody understands. */
  fault: 'down' | 'slow' | 'unknown-verdict' | undefined;
  readonly #options: MemoryGovernorOptions;
  readonly #approvals = new Map<string, Approval>();
  #lastId = 0;

  constructor(options: MemoryGovernorOptions) {
    this.#options = options;
  }

  /** Asks the policy. */
  async decide(action: ProposedAction, options: CallOptions = {}): Promise<GovernorDecision> {
    const prepared = prepareAction(action, this.#newId);
    await this.#reach(options);
    const verdict = this.#options.policy(prepared);
    const reason = verdict.reason ?? '';
    if (verdict.outcome === 'ask') return this.#pending(prepared, reason);
    const base = { ...this.#base(prepared, reason), decisionId: this.#newId() };
    if (verdict.outcome === 'deny') {
      return {
        ...base,
        outcome: 'deny',
        cause: 'policy',
        ...(verdict.suggestions && { suggestions: verdict.suggestions }),
      };
    }
    if (!('result' in verdict)) return { ...base, outcome: 'allow' };
    return { ...base, outcome: 'allow', execution: { by: 'gateway', result: verdict.result } };
  }

  /** Waits until {@link MemoryGovernor.approve}, `reject` or `expire` names the approval; redeems it once. */
  async settle(decision: PendingDecision, options: WaitOptions = {}): Promise<GovernorDecision> {
    const action = prepareAction(decision.action);
    await this.#reach(options);
    const approval = this.#approvals.get(decision.approvalId);
    if (!approval) return this.#refused(action, 'cancelled', `There is no approval ${decision.approvalId}.`);
    const unanswered = new TimeoutError('unanswered', { phase: 'deadline', timeoutMs: options.maxWaitMs ?? 0 });
    const answer = await bounded(() => approval.answered, {
      signal: options.signal,
      afterMs: options.maxWaitMs,
      late: () => unanswered,
    }).catch((error: unknown) => {
      if (error === unanswered) return 'expired' as const;
      throw error;
    });
    if (answer !== 'approved') return this.#refused(action, answer, `The approval was ${answer}.`);
    if (approval.redeemed) return this.#refused(action, 'cancelled', 'The approval was used before.');
    approval.redeemed = true;
    return { ...this.#base(action, 'approved'), outcome: 'allow', decisionId: decision.approvalId };
  }

  /** Records the outcome and redacts the output. */
  async report(_decision: AllowDecision, outcome: Outcome, options: CallOptions = {}): Promise<Reported> {
    await this.#reach(options);
    this.outcomes.push(outcome);
    const output = this.#options.redact?.(outcome.output) ?? outcome.output;
    return { output, redacted: output !== outcome.output, reportId: this.#newId() };
  }

  approve(approvalId: string): void {
    this.#approvals.get(approvalId)?.answer('approved');
  }

  reject(approvalId: string): void {
    this.#approvals.get(approvalId)?.answer('rejected');
  }

  expire(approvalId: string): void {
    this.#approvals.get(approvalId)?.answer('expired');
  }

  readonly #newId = (): string => {
    this.#lastId += 1;
    return this.#options.newId?.() ?? `memory-${this.#lastId}`;
  };

  async #reach({ signal, timeoutMs }: CallOptions): Promise<void> {
    const context = { gateway: this.name, operation: 'memory.decide' };
    if (signal?.aborted) throw abortedError(signal.reason);
    if (this.fault === 'down') throw new ConnectionError('The gateway is down.', { ...context, sent: false });
    if (this.fault === 'unknown-verdict') throw new ResponseValidationError('The gateway said "maybe".', context);
    if (this.fault !== 'slow') return;
    const late = () => new TimeoutError('The gateway is slow.', { phase: 'response', timeoutMs: timeoutMs ?? 0 });
    await bounded(() => new Promise<never>(() => {}), { signal, afterMs: timeoutMs, late });
  }

  #base(action: PreparedAction, reason: string) {
    return { governor: this.name, action, reason, native: null };
  }

  #refused(action: PreparedAction, cause: DenyDecision['cause'], reason: string): DenyDecision {
    return { ...this.#base(action, reason), outcome: 'deny', cause };
  }

  #pending(action: PreparedAction, reason: string): PendingDecision {
    const approvalId = this.#newId();
    const { promise, resolve } = withResolvers();
    this.#approvals.set(approvalId, { answered: promise, answer: resolve, redeemed: false });
    return { ...this.#base(action, reason), outcome: 'pending', approvalId };
  }
}

function withResolvers(): { promise: Promise<Answer>; resolve: (answer: Answer) => void } {
  let resolve: (answer: Answer) => void = () => {};
  const promise = new Promise<Answer>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
