import { MATCH_LIMIT, withinMatchLimit } from './globs/glob.js';
import type { ToolCall } from './model.js';
import { printValue } from './rules/params.js';

/** A logical field and the names it may go by. */
interface Aliases {
  readonly field: string;
  readonly keys: readonly string[];
}

const COMMON: readonly Aliases[] = [
  { field: 'working directory', keys: ['workdir', 'cwd'] },
  { field: 'domain', keys: ['domain'] },
  { field: 'scheme', keys: ['scheme'] },
];

const COMMAND = { field: 'command', keys: ['command', 'cmd', 'input'] };
const PATH = { field: 'path', keys: ['path', 'file_path', 'file', 'filepath', 'target'] };
const URL = { field: 'url', keys: ['url', 'uri', 'href'] };

/** Only tools that run, open or fetch something take the further spellings of what they act on. */
const BY_TOOL: ReadonlyMap<string, readonly Aliases[]> = new Map([
  ['exec', [COMMAND, ...COMMON]],
  ...['read', 'write', 'edit', 'mcp-destructive'].map((tool) => [tool, [PATH, ...COMMON]] as const),
  ...['fetch', 'http', 'web_fetch', 'browser'].map((tool) => [tool, [URL, ...COMMON]] as const),
]);

/** Blank and comment lines before a command run nothing. */
function withoutLeadingComments(command: string): string {
  let rest = command.trim();
  while (rest.startsWith('#')) {
    const end = rest.indexOf('\n');
    rest = end < 0 ? '' : rest.slice(end).trim();
  }
  return rest;
}

/** The field that a call gives two different values for, which would let it be judged by one and run by the other. */
export function ambiguousField(call: ToolCall): string | undefined {
  const views = call.input === undefined ? [call.params] : [call.params, call.input];
  for (const { field, keys } of BY_TOOL.get(call.tool) ?? COMMON) {
    let agreed: string | undefined;
    for (const view of views) {
      for (const key of keys) {
        const value = Object.hasOwn(view, key) ? view[key] : undefined;
        if (typeof value !== 'string') continue;
        const text = field === 'command' ? withoutLeadingComments(value) : value.trim();
        if (text === '' || text === agreed) continue;
        if (agreed !== undefined) return field;
        agreed = text;
      }
    }
  }
  return undefined;
}

/** A value too long to be matched. */
export interface Oversized {
  readonly field: string;
  readonly bytes: number;
}

const MATCHED = ['agent', 'session', 'tool', 'command', 'path', 'url', 'domain'] as const;

/** The first value of a call that is too long to be matched. */
export function oversizedField(call: ToolCall, parameters: Iterable<string>): Oversized | undefined {
  for (const field of MATCHED) {
    if (!withinMatchLimit(call[field])) return { field, bytes: Buffer.byteLength(call[field]) };
  }
  for (const name of parameters) {
    if (!Object.hasOwn(call.view, name)) continue;
    const text = printValue(call.view[name]);
    if (!withinMatchLimit(text)) return { field: `tool parameter ${name}`, bytes: Buffer.byteLength(text) };
  }
  return undefined;
}

/** The message of a refusal that no rule decided, or undefined when the call can be judged. */
export function unjudgeable(call: ToolCall, parameters: Iterable<string>): string | undefined {
  const ambiguous = ambiguousField(call);
  if (ambiguous !== undefined) return `ambiguous tool input (conflicting ${ambiguous} aliases); failing closed`;
  const oversized = oversizedField(call, parameters);
  if (oversized === undefined) return undefined;
  const { field, bytes } = oversized;
  return `${field} is ${bytes} bytes and exceeds the ${MATCH_LIMIT}-byte policy matching limit; failing closed`;
}
