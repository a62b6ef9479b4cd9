import { EXIT, Failure } from '../../exit.js';
import type { DialectName } from '../../gateway/dialects.js';

/** A call as it was typed. */
export interface TypedCall {
  readonly tool?: string;
  readonly input?: string;
  readonly agent?: string;
  readonly session?: string;
  readonly params?: string;
  /** The whole call in its protocol's own words, as JSON. */
  readonly call?: string;
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

/** How a typed call is said in each protocol; the others take it whole. */
const PHRASED: Readonly<Partial<Record<DialectName, (typed: TypedCall) => object>>> = {
  rampart({ tool, input, agent, session, params }) {
    if (tool === undefined)
      throw new Failure('The tool is missing.', EXIT.usage, 'Write: sallyport explain exec COMMAND');
    return {
      tool,
      params: parameters(tool, input, params),
      ...(agent !== undefined && { agent }),
      ...(session !== undefined && { session }),
    };
  },
};

/** A typed call in the words of a protocol. @throws Failure */
export function callOf(dialect: DialectName, typed: TypedCall): object {
  const { tool, call } = typed;
  if (call !== undefined) {
    if (tool !== undefined) throw new Failure('Give a tool or --call, and not both.', EXIT.usage);
    return objectIn(call, '--call');
  }
  const phrase = PHRASED[dialect];
  if (phrase !== undefined) return phrase(typed);
  throw new Failure(
    `Calls of ${dialect} are given whole, as its clients send them.`,
    EXIT.usage,
    `Write: sallyport explain --dialect ${dialect} --call '{…}'`,
  );
}

function parameters(tool: string, input: string | undefined, params: string | undefined): object {
  if (params !== undefined && input !== undefined) {
    throw new Failure('Give an input or --params, and not both.', EXIT.usage);
  }
  if (params !== undefined) return objectIn(params, '--params');
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

function objectIn(text: string, option: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Said below, as for every other text that is no object.
  }
  throw new Failure(`${option} must be a JSON object, and not ${text}.`, EXIT.usage);
}
