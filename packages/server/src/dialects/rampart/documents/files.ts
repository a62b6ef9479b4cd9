/** The few things that the policy store needs of a file system. Paths are absolute or relative to the working directory. */
export interface Files {
  /** The bytes of a regular file; undefined when there is none. Files larger than `maxBytes` are cut off one byte after it. */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** Names of the files in a directory, sorted; undefined when there is no such directory. */
  list(directory: string): Promise<readonly string[] | undefined>;
  /**
   * Makes a file's next text of what `read` gives, and its directory when needed: a reader sees the old text or the new
   * one, also after a crash. Within a process callers take turns; files that processes share are locked meanwhile.
   */
  change<T>(path: string, maxBytes: number, change: FileChange<T>): Promise<T>;
  /** Calls back whenever something in a directory may have changed, with the file's name when it is known. */
  watch(directory: string, changed: (name: string | undefined) => void): FileWatch;
}

/** What to make of the bytes of a file; throwing leaves it as it is. Pure and synchronous, because locks may be held. */
export type FileChange<T> = (bytes: Uint8Array | undefined) => Changed<T>;

/** What a file becomes, nothing else when there is no text, and what to tell the caller. */
export interface Changed<T> {
  readonly text?: string;
  readonly answer: T;
}

/** A directory that is being watched. */
export interface FileWatch {
  /** Whether another directory is there now than the one that is watched; absent where none can take its place. */
  isStale?(): boolean;
  close(): void;
}

/** Files of one process, which are replaced as a whole. */
export interface OwnFiles extends Files {
  replace(path: string, text: string): Promise<void>;
}

/** The `change` of files that no other process changes. */
export async function changeOwn<T>(
  files: Pick<OwnFiles, 'read' | 'replace'>,
  path: string,
  maxBytes: number,
  change: FileChange<T>,
): Promise<T> {
  const { text, answer } = change(await files.read(path, maxBytes));
  if (text !== undefined) await files.replace(path, text);
  return answer;
}
