/** The secret of a keyed formula: text is taken as its UTF-8 bytes. */
export type ChainKey = string | Uint8Array;

/** A record in its final form. */
export interface SealedRecord {
  /** The line to store, without a line break: what is exported and what verification reads. */
  readonly text: string;
  /** The record's own hash as its chain writes it: what the next record names as its predecessor. */
  readonly hash: string;
}

/** What a stored line says about its place in the chain. */
export interface ChainLink {
  readonly previous: string;
  readonly hash: string;
  /** What `read` parsed, less the hash, so that `rehash` need not parse again. */
  readonly record?: Readonly<Record<string, unknown>>;
}

/** What was read of one file of a log. */
export interface FilePart {
  /** Its last record. */
  readonly last: string;
  /** The bytes of its lines, line breaks included. */
  readonly bytes: number;
}

/**
 * How one gateway hashes and links its audit records.
 *
 * `seal` makes records, the rest checks them. All of it is pure: the caller keeps the head and hands it in.
 */
export interface ChainFormula<Draft = never> {
  readonly name: string;
  /** What the first record names as its predecessor. */
  readonly genesis: string;
  /** Completes a record whose predecessor has the hash `previous`. */
  seal(draft: Draft, previous: string, key?: ChainKey): SealedRecord;
  /**
   * Reads the link from a line.
   *
   * @throws VerificationError `malformed_record`.
   */
  read(line: string): ChainLink;
  /**
   * Computes what the hash of a line should be, `link` being what `read` found in it.
   *
   * @throws VerificationError where the line cannot be hashed, or `missing_key`.
   */
  rehash(line: string, link: ChainLink, key?: ChainKey): string;
  /** The record's id, to name it in a report; undefined where it has none that can be read. */
  identify(line: string): string | undefined;
  /** The hash a continuation line claims for the file before; undefined for every other line. */
  continuation?(line: string): string | undefined;
  /** Why no file can begin with a continuation line there, between two records; undefined where one can. */
  misplaced?(continuation: string, before: FilePart, next: string): string | undefined;
}
