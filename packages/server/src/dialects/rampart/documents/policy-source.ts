import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { PolicyDocument } from '../policy/model.js';
import { diskFiles } from './disk-files.js';
import { PolicyLoadError } from './errors.js';
import type { Changed, Files, FileWatch } from './files.js';
import { mergeLayers } from './layers.js';

const MAX_BYTES = 1_048_576;
/** No directory of this name can be meant by a path. */
const STORE = 'store:';

/** A file of rules that people add at run time. */
export type OverrideFile = 'user-overrides.yaml' | 'auto-allowed.yaml';

/** Where the policies of a gateway come from. */
export interface PolicyPlaces {
  /** A policy file; it must exist. Its policies win over the directory's of the same name. */
  readonly primary?: string;
  /** A directory of `*.yaml` and `*.yml`; it must exist. Rules that people add at run time are written there. */
  readonly directory?: string;
  /** A built-in profile, which gives way to the files. */
  readonly embedded?: PolicyDocument;
  /** Where rules that people add at run time are written without a directory. */
  readonly learned: Files;
  /** The machine's files when absent. */
  readonly files?: Files;
}

/** All files of the layers, read and not yet understood. */
export interface PolicyReading {
  readonly primary?: PolicyFile;
  readonly directory: readonly PolicyFile[];
  /** Changes when any byte of any file does. */
  readonly digest: string;
}

interface PolicyFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Reads the layers of a policy store, and knows where its rules are written. */
export class PolicySource {
  readonly #places: PolicyPlaces;
  readonly #files: Files;

  constructor(places: PolicyPlaces) {
    this.#places = places;
    this.#files = places.files ?? diskFiles;
  }

  /** Where a learned rule or a persisted approval is written. */
  overridePath(name: OverrideFile): string {
    return join(this.#places.directory ?? STORE, name);
  }

  /** Whether a file is one of the policy directory's. */
  isInDirectory(path: string): boolean {
    return dirname(path) === dirname(this.overridePath('auto-allowed.yaml'));
  }

  /** Whether a file is kept in the store, where only this gateway's own writes change it. */
  isInStore(path: string): boolean {
    return this.#places.directory === undefined && dirname(path) === STORE;
  }

  /** The path to show as the configuration. */
  get shownPath(): string {
    return this.#places.primary ?? this.#places.directory ?? this.#places.embedded?.file ?? STORE;
  }

  /** @throws PolicyLoadError for the first file that is missing or unreadable. */
  async read(): Promise<PolicyReading> {
    const digest = createHash('sha256');
    const read = async (path: string): Promise<PolicyFile> => {
      const bytes = await this.#bytes(path);
      if (!bytes) throw new PolicyLoadError('engine: read policy file: no such file', { file: path });
      digest.update(`${path}\0${bytes.length}\0`).update(bytes);
      return { path, bytes };
    };
    const primary = this.#places.primary === undefined ? undefined : await read(this.#places.primary);
    const directory: PolicyFile[] = [];
    for (const path of await this.#directoryPaths()) directory.push(await read(path));
    return { ...(primary && { primary }), directory, digest: digest.digest('hex') };
  }

  /** The merged documents of a reading. @throws PolicyLoadError for the first file that is wrong. */
  async load({ primary, directory }: PolicyReading): Promise<readonly PolicyDocument[]> {
    const { embedded } = this.#places;
    if (primary === undefined && directory.length === 0) return embedded ? [embedded] : [];
    // A gateway without policy files starts without a YAML parser.
    const { loadPolicies } = await import('./load.js');
    const load = ({ path, bytes }: PolicyFile) => loadPolicies(bytes, path);
    return mergeLayers({
      ...(primary && { primary: load(primary) }),
      directory: directory.map(load),
      ...(embedded && { embedded }),
    });
  }

  /** The text of a policy file; undefined when there is none. */
  async text(path: string): Promise<string | undefined> {
    const bytes = await this.#bytes(path);
    return bytes && Buffer.from(bytes).toString('utf8');
  }

  /** Makes the next text of a policy file of the one that it has, undefined when there is none. */
  change<T>(path: string, change: (text: string | undefined) => Changed<T>): Promise<T> {
    return this.#filesOf(path).change(path, MAX_BYTES, (bytes) => change(bytes && Buffer.from(bytes).toString('utf8')));
  }

  /** Calls back when any of the files may have changed. */
  watch(changed: () => void): FileWatch {
    const { primary, directory } = this.#places;
    const rules = directory === undefined ? this.#places.learned : this.#files;
    const watches = [rules.watch(directory ?? STORE, changed)];
    if (primary !== undefined) {
      // The directory is watched, not the file: an editor that replaces the file would end a watch on it. Names that
      // begin with two dots are the links by which mounted configuration is swapped.
      const own = (name: string | undefined) =>
        name === undefined || name === basename(primary) || name.startsWith('..');
      watches.push(this.#files.watch(dirname(primary), (name) => own(name) && changed()));
    }
    return {
      isStale: () => watches.some((watch) => watch.isStale?.() === true),
      close: () => {
        for (const watch of watches) watch.close();
      },
    };
  }

  async #directoryPaths(): Promise<readonly string[]> {
    const { directory } = this.#places;
    if (directory === undefined)
      return ((await this.#places.learned.list(STORE)) ?? []).map((name) => join(STORE, name));
    const names = await this.#files.list(directory);
    if (!names) throw new PolicyLoadError('engine: read policy directory: no such directory', { file: directory });
    return names.filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.')).map((name) => join(directory, name));
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
    return this.isInStore(path) ? this.#places.learned : this.#files;
  }
}
