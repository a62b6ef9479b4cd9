/** How the process ends. Documented in `sallyport --help`: scripts depend on it. */
export const EXIT = {
  /** Done; the answer is yes. */
  ok: 0,
  /** Done; the answer is no: a record is bad, a case failed. */
  no: 1,
  /** The command line, a file or a policy is wrong. */
  usage: 2,
  /** The gateway refused: the token, the id, the state of the thing. */
  refused: 3,
  /** The gateway could not be reached, or failed. */
  unreachable: 4,
} as const;

/** One of the documented exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command cannot go on, and the message says all that there is to say. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: ExitCode;
  /** What to do next. */
  readonly hint: string | undefined;

  constructor(message: string, exitCode: ExitCode, hint?: string, cause?: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
