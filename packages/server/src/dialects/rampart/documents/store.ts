import type { Clock, Log } from '../../../engine/engine.js';
import type { PolicyDocument, Rule, ToolCall } from '../policy/model.js';
import type { PolicySet } from '../policy/policy.js';
import { type Debounced, debounce } from './debounce.js';
import { PolicyStoreError } from './errors.js';
import type { FileWatch } from './files.js';
import { type AutoAllowedRule, type LearnRequest, learnedRule, persistedRule } from './learned-rule.js';
import { type PolicyPlaces, PolicySource } from './policy-source.js';
import { type Added, RuleFiles } from './rule-files.js';
import { countPolicies, listPolicies, type PolicyList, type PolicySummary, summarise } from './views.js';

const QUIET_MS = 100;
const MAX_WAIT_MS = 1000;
const RELOAD_LIMIT_MS = 1000;
const LEARN_LIMIT_MS = 200;
const TICK_MS = 60_000;

/** What a policy store is made of. */
export interface PolicyStoreOptions extends PolicyPlaces {
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

/** The policies in force: reads them in layers, notices when they change, and writes the rules that people add at run time. */
export class PolicyStore {
  readonly #options: PolicyStoreOptions;
  readonly #source: PolicySource;
  readonly #rules: RuleFiles;
  readonly #listeners = new Set<(event: PolicyStoreEvent) => void>();
  readonly #changed: Debounced;
  #set: PolicySet;
  #digest: string;
  #tail: Promise<unknown> = Promise.resolve();
  #watch: FileWatch | undefined;
  #tick: { cancel(): void } | undefined;
  #lastFailure = '';
  #lastReload = Number.NEGATIVE_INFINITY;
  #lastLearn = Number.NEGATIVE_INFINITY;

  /** Loads the policies and begins to watch them. @throws PolicyLoadError when they do not load: a gateway does not start then. */
  static async open(options: PolicyStoreOptions): Promise<PolicyStore> {
    const source = new PolicySource(options);
    const { documents, digest } = await source.read();
    const store = new PolicyStore(options, source, options.compile(documents), digest);
    store.#begin();
    return store;
  }

  private constructor(options: PolicyStoreOptions, source: PolicySource, set: PolicySet, digest: string) {
    this.#options = options;
    this.#source = source;
    this.#rules = new RuleFiles(source);
    this.#set = set;
    this.#digest = digest;
    this.#changed = debounce(options.clock, QUIET_MS, MAX_WAIT_MS, () => void this.#reloadQuietly());
  }

  /** The compiled policies of this moment; a decision uses one set from beginning to end. */
  current(): PolicySet {
    return this.#set;
  }

  /** The answer of `GET /v1/policy/summary`. */
  summary(): PolicySummary {
    return summarise(this.#set, this.#options.clock.now());
  }

  /** The answer of `GET /v1/policies`. */
  policies(): PolicyList {
    return listPolicies(this.#set);
  }

  /** What `GET /v1/status` says of policies. */
  status(): { readonly configPath: string; readonly policies: number; readonly rules: number } {
    return { configPath: this.#source.shownPath, ...countPolicies(this.#set) };
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: PolicyStoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Loads the files again, because somebody asks for it.
   *
   * @throws PolicyStoreError `rate_limited` at the second call within a second, `reload_failed` when the files do not
   * load or nothing would be left of them; the old policies stay in force.
   */
  reload(): Promise<Reloaded> {
    const now = this.#options.clock.monotonic();
    if (now - this.#lastReload < RELOAD_LIMIT_MS) {
      return Promise.reject(new PolicyStoreError('rate_limited', 'reload rate limited, try again in 1 second'));
    }
    this.#lastReload = now;
    return this.#exclusive(() => this.#load({ force: true }));
  }

  /**
   * Adds an allow rule to `user-overrides.yaml`; `created` is false when it is there already.
   *
   * @throws PolicyStoreError `invalid_rule`, `rate_limited` within 200 ms of the last one, `write_failed`.
   */
  async learn(request: LearnRequest): Promise<Added> {
    const rule = learnedRule(request);
    const now = this.#options.clock.monotonic();
    if (now - this.#lastLearn < LEARN_LIMIT_MS) {
      throw new PolicyStoreError('rate_limited', 'learn rate limited — slow down rule writes');
    }
    this.#lastLearn = now;
    return this.#write(() => this.#rules.add('user-overrides.yaml', rule), { tolerant: true });
  }

  /** Writes an approved call into `auto-allowed.yaml`. @throws PolicyStoreError `invalid_rule`, `write_failed`, `reload_failed`. */
  persist(call: ToolCall): Promise<Added> {
    return this.#write(async () =>
      this.#rules.add('auto-allowed.yaml', persistedRule(call, this.#options.clock.now())),
    );
  }

  /** The rules of `auto-allowed.yaml`. @throws PolicyLoadError when the file does not load. */
  autoAllowed(): Promise<readonly AutoAllowedRule[]> {
    return this.#exclusive(() => this.#rules.autoAllowed());
  }

  /** Takes a rule out of `auto-allowed.yaml`. @throws PolicyStoreError `unknown_rule`, `write_failed`, `reload_failed`. */
  deleteAutoAllowed(name: string): Promise<void> {
    return this.#write(() => this.#rules.deleteAutoAllowed(name));
  }

  /**
   * Uses up a `once` rule: when this resolves it is gone from its file, and nobody else can have claimed it.
   *
   * @throws PolicyStoreError `rule_claimed`; the call that wanted it must be denied.
   */
  claim(rule: Rule): Promise<void> {
    return this.#write(() => this.#rules.claim(rule), { tolerant: true });
  }

  /** Waits for the reloads and writes that are under way. */
  async settled(): Promise<void> {
    await this.#tail;
  }

  /** Stops watching; what is being written is finished first. */
  async close(): Promise<void> {
    this.#watch?.close();
    this.#tick?.cancel();
    this.#changed.cancel();
    await this.#tail;
  }

  #begin(): void {
    try {
      this.#watch = this.#source.watch(this.#changed);
      // For what changed between the reading and the watching.
      this.#changed();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'policy files cannot be watched; changes are noticed within a minute');
    }
    this.#keepTidy();
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#tail.then(work);
    this.#tail = run.catch(() => undefined);
    return run;
  }

  /** Our own writes may leave no policy, and where the written file is what counts, `tolerant`, need not load. */
  #write<T>(change: () => Promise<T>, { tolerant = false } = {}): Promise<T> {
    return this.#exclusive(async () => {
      const result = await change();
      try {
        await this.#load({ mayBeEmpty: true });
      } catch (error) {
        this.#failed(error);
        const text = `policy written but reload failed: ${messageOf(causeOf(error))}`;
        if (!tolerant) throw new PolicyStoreError('reload_failed', text, error);
      }
      return result;
    });
  }

  async #load({ force = false, mayBeEmpty = false } = {}): Promise<Reloaded> {
    const { clock, compile } = this.#options;
    const began = clock.monotonic();
    try {
      const { documents, digest } = await this.#source.read();
      if (digest === this.#digest && !force) {
        this.#lastFailure = '';
        return { ...countPolicies(this.#set), ms: clock.monotonic() - began };
      }
      const set = compile(documents);
      const [before, after] = [countPolicies(this.#set), countPolicies(set)];
      if (after.policies === 0 && before.policies > 0 && !mayBeEmpty) {
        const text = `engine: reload rejected — policy count dropped from ${before.policies} to 0`;
        throw new PolicyStoreError('reload_failed', text);
      }
      this.#set = set;
      this.#digest = digest;
      this.#lastFailure = '';
      const reloaded = { ...after, ms: clock.monotonic() - began };
      this.#emit({ type: 'reloaded', revision: set.revision, ...reloaded });
      return reloaded;
    } catch (error) {
      if (error instanceof PolicyStoreError) throw error;
      throw new PolicyStoreError('reload_failed', `engine: reload failed: ${messageOf(error)}`, error);
    }
  }

  async #reloadQuietly(): Promise<void> {
    await this.#exclusive(() => this.#load()).catch((error: unknown) => this.#failed(error));
  }

  /** Once for each different failure: a broken file is looked at every minute. */
  #failed(error: unknown): void {
    const text = messageOf(error);
    if (text === this.#lastFailure) return;
    this.#lastFailure = text;
    this.#options.log.error({ err: error }, 'policies were not reloaded; the old ones stay in force');
    this.#emit({ type: 'reload_failed', error: text });
  }

  /** Removes expired rules, and looks at the files in case a change went by unnoticed. */
  #keepTidy(): void {
    this.#tick = this.#options.clock.after(TICK_MS, () => {
      this.#keepTidy();
      const documents = this.#set.documents;
      void this.#exclusive(() => this.#rules.removeExpired(documents, this.#options.clock.now()))
        .catch((error: unknown) => this.#failed(error))
        .then(() => this.#reloadQuietly());
    });
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

function causeOf(error: unknown): unknown {
  return error instanceof Error ? (error.cause ?? error) : error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
