import { MATCH_LIMIT, withinMatchLimit } from './globs/glob.js';
import type { ToolCall } from './model.js';
import { printValue } from './rules/params.js';

const PATH_TOOLS: ReadonlySet<string> = new Set(['read', 'write', 'edit', 'mcp-destructive']);
const URL_TOOLS: ReadonlySet<string> = new Set(['fetch', 'http', 'web_fetch', 'browser']);

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

const COMMAND: Aliases = { field: 'command', keys: ['command', 'cmd', 'input'] };
const PATH: Aliases = { field: 'path', keys: ['path', 'file_path', 'file', 'filepath', 'target'] };
const URL: Aliases = { field: 'url', keys: ['url', 'uri', 'href'] };

function aliasesOf(tool: string): readonly Aliases[] {
  const name = tool.trim().toLowerCase();
  if (name === 'exec') return [COMMAND, ...COMMON];
  if (PATH_TOOLS.has(name)) return [PATH, ...COMMON];
  return URL_TOOLS.has(name) ? [URL, ...COMMON] : COMMON;
}

/** Blank and comment lines before a command run nothing. */
function withoutLeadingComments(command: string): string {
  const lines = command.split('\n');
  const first = lines.findIndex((line) => !/^\s*(?:#|$)/.test(line));
  return first < 0 ? '' : lines.slice(first).join('\n').trim();
}

/** The field that a call gives two different values for, which would let it be judged by one and run by the other. */
export function ambiguousField(call: ToolCall): string | undefined {
  const views = call.input === undefined ? [call.params] : [call.params, call.input];
  for (const { field, keys } of aliasesOf(call.tool)) {
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

/** The first value of a call that is too long to be matched. */
export function oversizedField(call: ToolCall, parameters: Iterable<string>): Oversized | undefined {
  const { agent, session, tool, command, path, url, domain } = call;
  const fields = { agent, session, tool, command, path, url, domain };
  for (const [field, value] of Object.entries(fields)) {
    if (!withinMatchLimit(value)) return { field, bytes: Buffer.byteLength(value) };
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
