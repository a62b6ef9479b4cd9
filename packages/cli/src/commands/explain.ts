import { EXIT, type ExitCode } from '../exit.js';
import { explainCall } from '../gateway/explain.js';
import { type RemoteOptions, withGateway } from '../gateway/session.js';
import type { Io } from '../terminal/io.js';
import { callOf, type TypedCall } from './explain/calls.js';
import { describe } from './explain/report.js';

/** What `explain` was told besides the tool and its input. */
export interface ExplainOptions extends RemoteOptions, Omit<TypedCall, 'tool' | 'input'> {}

/** Shows how a call would be decided, by whom, and what would let it through. */
export async function explain(
  tool: string | undefined,
  input: string | undefined,
  options: ExplainOptions,
  io: Io,
): Promise<ExitCode> {
  const typed = { ...options, ...(tool !== undefined && { tool }), ...(input !== undefined && { input }) };
  return withGateway(options, io, async ({ caller, dialect }) => {
    const explanation = await caller.call(explainCall, { dialect, call: callOf(dialect, typed) });
    if (options.json === true) io.print(JSON.stringify(explanation));
    else describe(explanation, io);
    return EXIT.ok;
  });
}
