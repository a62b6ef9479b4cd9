import type { Store } from '../../../store/store.js';
import { compileRegistry, type Registry } from './registry.js';
import { capabilityOf, capabilityRows, policyKeyOf, policyOf, policyRows, revisionIn, revisionRow } from './rows.js';

/** No store ever has it. */
const FORGOTTEN = 'forgotten';

/** Capabilities and policies as they were last read and compiled; whoever decides finds out whether they still count. */
export class LiveRegistry {
  readonly #store: Store;
  #current: Registry;
  #loading: Promise<Registry> | undefined;

  private constructor(store: Store, current: Registry) {
    this.#store = store;
    this.#current = current;
  }

  static async open(store: Store): Promise<LiveRegistry> {
    return new LiveRegistry(store, await load(store));
  }

  /** What is in memory, maybe outdated. */
  current(): Registry {
    return this.#current;
  }

  /** Reads and compiles again. Those who ask at the same time share one reading. */
  reload(): Promise<Registry> {
    this.#loading ??= load(this.#store)
      .then((registry) => {
        this.#current = registry;
        return registry;
      })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }

  /** Believes nothing that was read: the store holds something else by now. */
  forget(): void {
    this.#current = { ...this.#current, revision: FORGOTTEN };
  }

  /** What counts now: from memory where nothing has changed. */
  async fresh(): Promise<Registry> {
    const revision = revisionIn(await this.#store.all(revisionRow));
    return revision === this.#current.revision ? this.#current : this.reload();
  }
}

async function load(store: Store): Promise<Registry> {
  for (;;) {
    const revision = revisionIn(await store.all(revisionRow));
    const capabilities = (await store.all(capabilityRows)).map(capabilityOf).filter((one) => one !== undefined);
    const rows = (await store.all(policyRows)).map((row) => ({ row, policy: policyOf(row) }));
    // What changed in between makes three reads of two different moments.
    if (revisionIn(await store.all(revisionRow)) !== revision) continue;
    const policies = rows.flatMap(({ policy }) => policy ?? []);
    const unreadable = rows.filter(({ policy }) => policy === undefined).map(({ row }) => policyKeyOf(row));
    return compileRegistry({ revision, capabilities, policies, unreadable });
  }
}
