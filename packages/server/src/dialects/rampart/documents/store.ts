import type { PolicyDocument, Rule, ToolCall } from '../policy/model.js';
import type { PolicySet } from '../policy/policy.js';
import { type Debounced, debounce } from './debounce.js';
import { PolicyStoreError } from './errors.js';
import type { FileWatch } from './files.js';
import { type AutoAllowedRule, type LearnRequest, learnedRule, persistedRule } from './learned-rule.js';
import {
  LivePolicies,
  type LivePoliciesOptions,
  messageOf,
  type PolicyStoreEvent,
  type Reloaded,
} from './live-policies.js';
import { type PolicyPlaces, PolicySource } from './policy-source.js';
import type { Added, RuleFiles } from './rule-files.js';
import { countPolicies, listPolicies, type PolicyList, type PolicySummary, summarise } from './views.js';

const QUIET_MS = 100;
const MAX_WAIT_MS = 1000;
const RELOAD_LIMIT_MS = 1000;
const LEARN_LIMIT_MS = 200;
const TICK_MS = 60_000;
const WATCH_CHECK_MS = 1000;

/** What a policy store is made of. */
export interface PolicyStoreOptions extends PolicyPlaces, LivePoliciesOptions {}

/** The policies in force: reads them in layers, notices when they change, and writes the rules that people add at run time. */
export class PolicyStore {
  readonly #options: PolicyStoreOptions;
  readonly #source: PolicySource;
  readonly #live: LivePolicies;
  readonly #changed: Debounced;
  #rules: RuleFiles | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #watch: FileWatch | undefined;
  #tick: { cancel(): void } | undefined;
  #watchCheck: { cancel(): void } | undefined;
  #lastReload = Number.NEGATIVE_INFINITY;
  #lastLearn = Number.NEGATIVE_INFINITY;

  /** Loads the policies and begins to watch them. @throws PolicyLoadError when they do not load: a gateway does not start then. */
  static async open(options: PolicyStoreOptions): Promise<PolicyStore> {
    const source = new PolicySource(options);
    const store = new PolicyStore(options, source, await LivePolicies.load(source, options));
    store.#begin();
    return store;
  }

  private constructor(options: PolicyStoreOptions, source: PolicySource, live: LivePolicies) {
    this.#options = options;
    this.#source = source;
    this.#live = live;
    this.#changed = debounce(options.clock, QUIET_MS, MAX_WAIT_MS, () => void this.#reloadQuietly());
  }

  /** The compiled policies of this moment; a decision uses one set from beginning to end. */
  current(): PolicySet {
    return this.#live.set;
  }

  /** The answer of `GET /v1/policy/summary`. */
  summary(): PolicySummary {
    return summarise(this.current(), this.#options.clock.now());
  }

  /** The answer of `GET /v1/policies`. */
  policies(): PolicyList {
    return listPolicies(this.current());
  }

  /** What `GET /v1/status` says of policies. */
  status(): { readonly configPath: string; readonly policies: number; readonly rules: number } {
    return { configPath: this.#source.shownPath, ...countPolicies(this.current()) };
  }

  /** The file of learned rules that a person can write into as well; undefined when they are kept in the store. */
  get overridesPath(): string | undefined {
    const path = this.#source.overridePath('user-overrides.yaml');
    return this.#source.isInStore(path) ? undefined : path;
  }

  /** Tells of reloads and of those that failed. Returns the function that ends the subscription. */
  subscribe(listener: (event: PolicyStoreEvent) => void): () => void {
    return this.#live.subscribe(listener);
  }

  /**
   * Loads the files again, because somebody asks for it.
   *
   * @throws PolicyStoreError `rate_limited` at the second call within a second, `reload_failed` when the files do not
   * load or nothing would be left of them; the old policies stay in force.
   */
  async reload(): Promise<Reloaded> {
    const now = this.#options.clock.monotonic();
    if (now - this.#lastReload < RELOAD_LIMIT_MS) {
      throw new PolicyStoreError('rate_limited', 'reload rate limited, try again in 1 second');
    }
    this.#lastReload = now;
    return this.#exclusive(() => this.#live.reload({ force: true }));
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
    return this.#write((rules) => rules.add('user-overrides.yaml', rule), { tolerant: true });
  }

  /**
   * Writes an approved call into `auto-allowed.yaml`.
   *
   * @throws PolicyStoreError `invalid_rule`, `inexact_rule`, `write_failed`, `reload_failed`.
   */
  async persist(call: ToolCall): Promise<Added> {
    const rule = persistedRule(call, this.#options.clock.now());
    return this.#write((rules) => rules.add('auto-allowed.yaml', rule));
  }

  /** The rules of `auto-allowed.yaml`. @throws PolicyLoadError when the file does not load. */
  autoAllowed(): Promise<readonly AutoAllowedRule[]> {
    return this.#exclusive(async () => (await this.#ruleFiles()).autoAllowed());
  }

  /** Takes a rule out of `auto-allowed.yaml`. @throws PolicyStoreError `unknown_rule`, `write_failed`, `reload_failed`. */
  deleteAutoAllowed(name: string): Promise<void> {
    return this.#write((rules) => rules.deleteAutoAllowed(name));
  }

  /**
   * Uses up a `once` rule: when this resolves it is gone from its file, and nobody else can have claimed it.
   *
   * @throws PolicyStoreError `rule_claimed`; the call that wanted it must be denied.
   */
  claim(rule: Rule): Promise<void> {
    return this.#write((rules) => rules.claim(rule), { tolerant: true });
  }

  /** Begins again after the engine's store was emptied or restored: the policies are read again, and no limit is near. */
  async startOver(): Promise<void> {
    this.#lastReload = Number.NEGATIVE_INFINITY;
    this.#lastLearn = Number.NEGATIVE_INFINITY;
    await this.#reloadQuietly();
  }

  /** Waits for the reloads and writes that are under way. */
  async settled(): Promise<void> {
    await this.#tail;
  }

  /** Stops watching; what is being written is finished first. */
  async close(): Promise<void> {
    this.#stopWatching();
    await this.#tail;
    // A look that was under way has set the next one.
    this.#stopWatching();
  }

  #stopWatching(): void {
    this.#watchCheck?.cancel();
    this.#tick?.cancel();
    this.#watch?.close();
    this.#changed.cancel();
  }

  #begin(): void {
    this.#beginToWatch();
    this.#keepWatching();
    this.#keepTidy();
  }

  #beginToWatch(): void {
    try {
      this.#watch = this.#source.watch(this.#changed);
      // For what changed between the reading and the watching.
      this.#changed();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'policy files cannot be watched; changes are noticed within a minute');
    }
  }

  /** A watch stays with its directory when another takes the place: a deployment that replaces it whole, or a link. */
  #keepWatching(): void {
    this.#watchCheck = this.#options.clock.after(WATCH_CHECK_MS, () => {
      void this.#exclusive(async () => {
        if (this.#watch?.isStale?.() === true) {
          this.#watch.close();
          this.#beginToWatch();
        }
        // Only now, as below.
        this.#keepWatching();
      });
    });
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#tail.then(work);
    this.#tail = run.catch(() => undefined);
    return run;
  }

  /** Our own writes may leave no policy, and where the written file is what counts, `tolerant`, need not load. */
  #write<T>(change: (rules: RuleFiles) => Promise<T>, { tolerant = false } = {}): Promise<T> {
    return this.#exclusive(async () => {
      const result = await change(await this.#ruleFiles());
      try {
        await this.#live.reload({ mayBeEmpty: true });
      } catch (error) {
        this.#live.failed(error);
        const cause = error instanceof Error ? (error.cause ?? error) : error;
        const text = `policy written but reload failed: ${messageOf(cause)}`;
        if (!tolerant) throw new PolicyStoreError('reload_failed', text, error);
      }
      return result;
    });
  }

  async #reloadQuietly(): Promise<void> {
    await this.#exclusive(() => this.#live.reload()).catch((error: unknown) => this.#live.failed(error));
  }

  /** Loaded when the first rule is written, because few gateways ever write one. */
  async #ruleFiles(): Promise<RuleFiles> {
    const { RuleFiles } = await import('./rule-files.js');
    this.#rules ??= new RuleFiles(this.#source);
    return this.#rules;
  }

  /** Removes expired rules, and looks at the files in case a change went by unnoticed. */
  #keepTidy(): void {
    const failed = (error: unknown) => this.#live.failed(error);
    this.#tick = this.#options.clock.after(TICK_MS, () => {
      void this.#exclusive(async () => {
        await this.#removeExpired().catch(failed);
        await this.#live.reload().catch(failed);
        // Only now: a clock that jumps ahead by days owes one look, and not thousands.
        this.#keepTidy();
      });
    });
  }

  async #removeExpired(): Promise<void> {
    const now = this.#options.clock.now();
    const stale = this.current().documents.filter((document) => hasExpired(document, now));
    if (stale.length > 0) await (await this.#ruleFiles()).removeExpired(stale, now);
  }
}

function hasExpired({ policies }: PolicyDocument, now: number): boolean {
  return policies.some(({ rules }) => rules.some(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now));
}
