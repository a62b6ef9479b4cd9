/** The few things that the policy store needs of a file system. Paths are absolute or relative to the working directory. */
export interface Files {
  /** The bytes of a regular file; undefined when there is none. Files larger than `maxBytes` are cut off one byte after it. */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** Names of the files in a directory, sorted; undefined when there is no such directory. */
  list(directory: string): Promise<readonly string[] | undefined>;
  /** Creates or replaces a file, and its directory when needed: a reader sees the old text or the new one, also after a crash. */
  replace(path: string, text: string): Promise<void>;
  /** Calls back whenever something in a directory may have changed, with the file's name when it is known. */
  watch(directory: string, changed: (name: string | undefined) => void): FileWatch;
}

/** A directory that is being watched. */
export interface FileWatch {
  close(): void;
}
