import { EXIT, type ExitCode, Failure } from '../exit.js';
import { explainCall } from '../gateway/explain.js';
import { type RemoteOptions, withGateway } from '../gateway/session.js';
import type { Io } from '../terminal/io.js';
import { describe } from './explain/report.js';

/** What `explain` was told besides the call. */
export interface ExplainOptions extends RemoteOptions {
  readonly agent?: string;
  readonly session?: string;
  readonly params?: string;
}

/** What the well-known tools work on, and cannot do without. */
const INPUT_NAMES: Readonly<Record<string, string>> = {
  exec: 'command',
  read: 'path',
  write: 'path',
  edit: 'path',
  fetch: 'url',
  web_fetch: 'url',
  http: 'url',
  browser: 'url',
};

function parameters(tool: string, input: string | undefined, { params }: ExplainOptions): Record<string, unknown> {
  if (params !== undefined && input !== undefined) {
    throw new Failure('Give an input or --params, and not both.', EXIT.usage);
  }
  if (params !== undefined) return objectIn(params);
  const name = INPUT_NAMES[tool];
  if (name !== undefined && (input ?? '').trim() === '') {
    throw new Failure(
      `The ${name} is missing: ${tool} does nothing without one.`,
      EXIT.usage,
      `Write: sallyport explain ${tool} ${name.toUpperCase()}`,
    );
  }
  return input === undefined ? {} : { [name ?? 'command']: input };
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Said below, as for every other text that is no object.
  }
  throw new Failure(`--params must be a JSON object, and not ${text}.`, EXIT.usage);
}

/** Shows how a call would be decided, by whom, and what would let it through. */
export async function explain(
  tool: string,
  input: string | undefined,
  options: ExplainOptions,
  io: Io,
): Promise<ExitCode> {
  const { agent, session } = options;
  const call = {
    tool,
    params: parameters(tool, input, options),
    ...(agent !== undefined && { agent }),
    ...(session !== undefined && { session }),
  };
  return withGateway(options, io, async ({ caller, dialect }) => {
    const explanation = await caller.call(explainCall, { dialect, call });
    if (options.json === true) io.print(JSON.stringify(explanation));
    else describe(explanation, io);
    return EXIT.ok;
  });
}
