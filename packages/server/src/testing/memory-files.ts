import { posix } from 'node:path';
import { changeOwn, type FileChange, type FileWatch, type OwnFiles } from '../dialects/rampart/documents/files.js';

/** Files that a test has to itself. */
export class MemoryFiles implements OwnFiles {
  readonly #texts = new Map<string, Uint8Array>();
  readonly #watchers = new Map<string, Set<(name: string) => void>>();

  constructor(texts: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(texts)) this.#texts.set(posix.normalize(path), Buffer.from(text));
  }

  read(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#texts.get(posix.normalize(path))?.subarray(0, maxBytes + 1));
  }

  list(directory: string): Promise<readonly string[] | undefined> {
    const inside = [...this.#texts.keys()].filter((path) => posix.dirname(path) === posix.normalize(directory));
    return Promise.resolve(inside.map((path) => posix.basename(path)).sort());
  }

  replace(path: string, text: string): Promise<void> {
    this.#texts.set(posix.normalize(path), Buffer.from(text));
    this.#changed(path);
    return Promise.resolve();
  }

  change<T>(path: string, maxBytes: number, change: FileChange<T>): Promise<T> {
    return changeOwn(this, path, maxBytes, change);
  }

  /** Deletes a file, if it is there. */
  remove(path: string): void {
    if (this.#texts.delete(posix.normalize(path))) this.#changed(path);
  }

  watch(directory: string, changed: (name: string) => void): FileWatch {
    const key = posix.normalize(directory);
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers.add(changed));
    return { close: () => watchers.delete(changed) };
  }

  #changed(path: string): void {
    const normal = posix.normalize(path);
    for (const changed of this.#watchers.get(posix.dirname(normal)) ?? []) changed(posix.basename(normal));
  }
}
