import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { PolicyDocument } from '../policy/model.js';
import { diskFiles } from './disk-files.js';
import { PolicyLoadError } from './errors.js';
import type { Files, FileWatch } from './files.js';
import { mergeLayers } from './layers.js';
import { MemoryFiles } from './memory-files.js';

const MAX_BYTES = 1_048_576;
/** No directory of this name can be meant by a path. */
const MEMORY = 'memory:';

/** A file of rules that people add at run time. */
export type OverrideFile = 'user-overrides.yaml' | 'auto-allowed.yaml';

/** Where the policies of a gateway come from. */
export interface PolicyPlaces {
  /** A policy file; it must exist. Its policies win over the directory's of the same name. */
  readonly primary?: string;
  /** A directory of `*.yaml` and `*.yml`; it must exist. Learned rules are written there; without it they stay in memory. */
  readonly directory?: string;
  /** A built-in profile, which gives way to the files. */
  readonly embedded?: PolicyDocument;
  /** The machine's files when absent. */
  readonly files?: Files;
}

/** All layers, read and merged. */
export interface PolicyReading {
  readonly documents: readonly PolicyDocument[];
  /** Changes when any byte of any file does. */
  readonly digest: string;
}

/** Reads the layers of a policy store, and knows where its rules are written. */
export class PolicySource {
  readonly #places: PolicyPlaces;
  readonly #files: Files;
  readonly #memory = new MemoryFiles();

  constructor(places: PolicyPlaces) {
    this.#places = places;
    this.#files = places.files ?? diskFiles;
  }

  /** Where a learned rule or a persisted approval is written. */
  overridePath(name: OverrideFile): string {
    return join(this.#places.directory ?? MEMORY, name);
  }

  /** Whether a file is one of the policy directory's. */
  isInDirectory(path: string): boolean {
    return dirname(path) === dirname(this.overridePath('auto-allowed.yaml'));
  }

  /** The path to show as the configuration. */
  get shownPath(): string {
    return this.#places.primary ?? this.#places.directory ?? this.#places.embedded?.file ?? MEMORY;
  }

  /** @throws PolicyLoadError for the first file that is missing, unreadable or wrong. */
  async read(): Promise<PolicyReading> {
    const digest = createHash('sha256');
    const load = async (path: string): Promise<PolicyDocument> => {
      const bytes = await this.#bytes(path);
      if (!bytes) throw new PolicyLoadError('engine: read policy file: no such file', { file: path });
      digest.update(`${path}\0${bytes.length}\0`).update(bytes);
      // A gateway without policy files starts without a YAML parser.
      const { loadPolicies } = await import('./load.js');
      return loadPolicies(bytes, path);
    };
    const { primary, embedded } = this.#places;
    const first = primary === undefined ? undefined : await load(primary);
    const rest: PolicyDocument[] = [];
    for (const path of await this.#directoryPaths()) rest.push(await load(path));
    const documents = mergeLayers({
      ...(first && { primary: first }),
      directory: rest,
      ...(embedded && { embedded }),
    });
    return { documents, digest: digest.digest('hex') };
  }

  /** The text of a policy file; undefined when there is none. */
  async text(path: string): Promise<string | undefined> {
    const bytes = await this.#bytes(path);
    return bytes && Buffer.from(bytes).toString('utf8');
  }

  replace(path: string, text: string): Promise<void> {
    return this.#filesOf(path).replace(path, text);
  }

  /** Calls back when any of the files may have changed. */
  watch(changed: () => void): FileWatch {
    const { primary, directory } = this.#places;
    const watches = directory === undefined ? [] : [this.#files.watch(directory, changed)];
    if (primary !== undefined) {
      // The directory is watched, not the file: an editor that replaces the file would end a watch on it. Names that
      // begin with two dots are the links by which mounted configuration is swapped.
      const own = (name: string | undefined) =>
        name === undefined || name === basename(primary) || name.startsWith('..');
      watches.push(this.#files.watch(dirname(primary), (name) => own(name) && changed()));
    }
    return {
      close: () => {
        for (const watch of watches) watch.close();
      },
    };
  }

  async #directoryPaths(): Promise<readonly string[]> {
    const { directory } = this.#places;
    const names = directory === undefined ? await this.#memory.list(MEMORY) : await this.#files.list(directory);
    if (!names) throw new PolicyLoadError('engine: read policy directory: no such directory', { file: `${directory}` });
    return names
      .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'))
      .map((name) => join(directory ?? MEMORY, name));
  }

  async #bytes(path: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#filesOf(path).read(path, MAX_BYTES);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new PolicyLoadError(`engine: read policy file: ${why}`, { file: path, cause });
    }
  }

  #filesOf(path: string): Files {
    return this.#places.directory === undefined && dirname(path) === MEMORY ? this.#memory : this.#files;
  }
}
