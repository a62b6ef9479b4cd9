import { CommanderError } from 'commander';
import { EXIT, type ExitCode, Failure } from './exit.js';
import { createProgram } from './program.js';
import { environmentFailure } from './terminal/environment.js';
import type { Io } from './terminal/io.js';
import { style } from './terminal/style.js';

function report(thrown: unknown, { note, colour }: Io): ExitCode {
  const error = thrown instanceof CommanderError ? thrown : (environmentFailure(thrown) ?? thrown);
  // Commander has written its own message; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const { red, dim } = style(colour);
  if (error instanceof Failure) {
    note(`${red('error:')} ${error.message}`);
    if (error.hint !== undefined) note(dim(error.hint));
    return error.exitCode;
  }
  // Not ours to explain: say what it is, and where only to those who ask.
  note(`${red('error:')} ${error instanceof Error ? error.message : String(error)}`);
  note(dim('This is a fault of sallyport. DEBUG=sallyport shows where.'));
  return EXIT.unreachable;
}

/**
 * Runs one command line.
 *
 * @param argv - what was typed after `sallyport`.
 * @returns the exit code.
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let outcome: ExitCode = EXIT.ok;
  const program = createProgram({
    io,
    act: async (command) => {
      outcome = await command();
    },
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return outcome;
  } catch (error) {
    const { DEBUG: debug = '' } = io.env;
    if (debug.includes('sallyport') && error instanceof Error) io.note(error.stack ?? error.message);
    return report(error, io);
  }
}
