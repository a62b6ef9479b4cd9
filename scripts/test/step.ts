import { quietly } from '../setup/child.mjs';

/** What a step that counts its own checks found. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** One line of the report. */
export interface Step {
  readonly name: string;
  /** Throws, with what there is to read, when it fails. */
  run(): Promise<Tally | undefined>;
}

/** A step failed; `message` is what a person needs to see. */
export class StepFailure extends Error {
  readonly tally: Tally | undefined;

  constructor(message: string, tally?: Tally) {
    super(message);
    this.tally = tally;
  }
}

/** Fails with one line per problem. */
export function failOn(problems: readonly string[]): void {
  if (problems.length > 0) throw new StepFailure(problems.join('\n'));
}

/** A step that is one run of a tool that lives in node_modules. */
export function tool(name: string, script: string, args: readonly string[]): Step {
  return {
    name,
    async run() {
      await quietly(process.execPath, [script, ...args]);
      return undefined;
    },
  };
}
