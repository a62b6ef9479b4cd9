/** Everything a command may touch of the process it runs in. */
export interface Io {
  /** Writes a line to standard output: the command's result. */
  readonly print: (line: string) => void;
  /** Writes a line to standard error: what a person should know besides. */
  readonly note: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person looks at the output, on a terminal that shows colours. */
  readonly colour: boolean;
  /** How standard error shows what is logged: lines for a person at a terminal, JSON for everything else. */
  readonly logs: 'json' | 'text' | 'coloured';
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Resolves a path of the user's. */
  readonly cwd: string;
}

/** The conventions of https://no-color.org and its opposite, then the terminal itself. */
export function showsColour(env: Io['env'], isTerminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return isTerminal && TERM !== 'dumb';
}

/** The real process. */
export function processIo(): Io {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // The second one means it: whatever is being drained is given up.
      if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
      stop.abort(signal);
    });
  }
  // A reader that has seen enough (`| head -1`) is no fault.
  process.stdout.on('error', (error) => {
    if (Reflect.get(error, 'code') !== 'EPIPE') throw error;
  });
  return {
    print: (line) => process.stdout.write(`${line}\n`),
    note: (line) => process.stderr.write(`${line}\n`),
    env: process.env,
    colour: showsColour(process.env, process.stdout.isTTY === true),
    logs: process.stderr.isTTY !== true ? 'json' : showsColour(process.env, true) ? 'coloured' : 'text',
    signal: stop.signal,
    cwd: process.cwd(),
  };
}
