import type { Clock, Log } from '../../../engine/engine.js';
import type { PolicyDocument } from '../policy/model.js';
import type { PolicySet } from '../policy/policy.js';
import { PolicyStoreError } from './errors.js';
import type { PolicySource } from './policy-source.js';
import { countPolicies } from './views.js';

/** What turns files into policies. */
export interface LivePoliciesOptions {
  readonly compile: (documents: readonly PolicyDocument[]) => PolicySet;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a reload loaded; `ms` is how long it took. */
export interface Reloaded {
  readonly policies: number;
  readonly rules: number;
  readonly ms: number;
}

/** What listeners hear. */
export type PolicyStoreEvent =
  | ({ readonly type: 'reloaded'; readonly revision: string } & Reloaded)
  | { readonly type: 'reload_failed'; readonly error: string };

/** The policies in force, which are replaced as a whole or not at all. One load at a time: callers take turns. */
export class LivePolicies {
  readonly #source: PolicySource;
  readonly #options: LivePoliciesOptions;
  readonly #listeners = new Set<(event: PolicyStoreEvent) => void>();
  #set: PolicySet;
  #digest: string;
  #lastFailure = '';

  /** @throws PolicyLoadError */
  static async load(source: PolicySource, options: LivePoliciesOptions): Promise<LivePolicies> {
    const reading = await source.read();
    return new LivePolicies(source, options, options.compile(await source.load(reading)), reading.digest);
  }

  private constructor(source: PolicySource, options: LivePoliciesOptions, set: PolicySet, digest: string) {
    this.#source = source;
    this.#options = options;
    this.#set = set;
    this.#digest = digest;
  }

  get set(): PolicySet {
    return this.#set;
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: PolicyStoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Loads what has changed.
   *
   * @param force - compile also what has not.
   * @param mayBeEmpty - take it that no policy is left.
   * @throws PolicyStoreError `reload_failed`; the old policies stay in force.
   */
  async reload({ force = false, mayBeEmpty = false } = {}): Promise<Reloaded> {
    const { clock, compile } = this.#options;
    const began = clock.monotonic();
    const timed = (set: PolicySet): Reloaded => ({ ...countPolicies(set), ms: clock.monotonic() - began });
    try {
      const reading = await this.#source.read();
      const { digest } = reading;
      this.#lastFailure = digest === this.#digest ? '' : this.#lastFailure;
      if (digest === this.#digest && !force) return timed(this.#set);
      const set = compile(await this.#source.load(reading));
      if (!mayBeEmpty) this.#refuseNothing(set);
      this.#set = set;
      this.#digest = digest;
      this.#lastFailure = '';
    } catch (error) {
      if (error instanceof PolicyStoreError) throw error;
      throw new PolicyStoreError('reload_failed', `engine: reload failed: ${messageOf(error)}`, error);
    }
    const reloaded = timed(this.#set);
    this.#emit({ type: 'reloaded', revision: this.#set.revision, ...reloaded });
    return reloaded;
  }

  /** Tells of a failure once, for a broken file is looked at every minute. */
  failed(error: unknown): void {
    const text = messageOf(error);
    if (text === this.#lastFailure) return;
    this.#lastFailure = text;
    this.#options.log.error({ err: error }, 'policies were not reloaded; the old ones stay in force');
    this.#emit({ type: 'reload_failed', error: text });
  }

  #refuseNothing(set: PolicySet): void {
    const { documents } = this.#set;
    // Rules in the store are taken away on purpose only, here or by another replica.
    const before = countPolicies({ documents: documents.filter(({ file }) => !this.#source.isInStore(file)) });
    if (countPolicies(set).policies > 0 || before.policies === 0) return;
    const text = `engine: reload rejected — policy count dropped from ${before.policies} to 0`;
    throw new PolicyStoreError('reload_failed', text);
  }

  #emit(event: PolicyStoreEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#options.log.error({ err: error }, 'a listener of the policy store failed');
      }
    }
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
