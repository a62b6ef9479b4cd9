import type { ExitCode } from './exit.js';
import type { Io } from './terminal/io.js';

/** What the declaration of a command needs: the world, and a place for the outcome. */
export interface Host {
  readonly io: Io;
  /** Runs a command and keeps its exit code. */
  readonly act: (command: () => Promise<ExitCode>) => Promise<void>;
}
