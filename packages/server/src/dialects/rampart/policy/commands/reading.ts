/** A simple command, or what was read as one. */
export interface SimpleCommand {
  /** As written, without quotes and wrappers, and in plainer words: a rule that restricts may fit any of them. */
  readonly forms: readonly string[];
  /** Without quotes, wrappers and assignments. */
  readonly normalised: string;
  /** `rm -rf <target>` for each target of a forced, recursive removal. */
  readonly removals: readonly string[];
}

/** Commands held together by operators, as one text. */
export interface CompoundCommand {
  readonly forms: readonly string[];
  readonly members: readonly SimpleCommand[];
}

/** A command read as a shell would, and as more suspicious readers would. */
export interface CommandReading {
  /** As it was sent. */
  readonly raw: string;
  /** Every segment normalised, joined by ` && `. */
  readonly normalised: string;
  /** What a grant must cover, each by itself. */
  readonly components: readonly string[];
  /** Whether more than one thing is run. */
  readonly composite: boolean;
  readonly simple: readonly SimpleCommand[];
  readonly compounds: readonly CompoundCommand[];
  /** Names of environment variables that the command sets. */
  readonly assignments: ReadonlySet<string>;
  /** The command has more readings than are looked at: restrictions apply, grants do not. */
  readonly overflow: boolean;
  /** Shells may not agree with this reading: restrictions apply, grants do not. */
  readonly doubtful: boolean;
}
