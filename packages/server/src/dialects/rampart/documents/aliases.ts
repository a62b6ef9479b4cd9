import type { Fields } from './body.js';
import { InvalidCallError } from './errors.js';

/** What a call is about, however its parameters spell it. */
export type LogicalField = 'command' | 'path' | 'working directory' | 'url' | 'domain' | 'scheme';

const KEYS: Readonly<Record<LogicalField, readonly string[]>> = {
  command: ['command'],
  path: ['path', 'file_path'],
  'working directory': ['workdir', 'cwd'],
  url: ['url'],
  domain: ['domain'],
  scheme: ['scheme'],
};

const URL_TOOLS = new Set(['fetch', 'http', 'web_fetch', 'browser']);
const FILE_TOOLS = new Set(['read', 'write', 'edit', 'mcp-destructive']);
const ENCODED = 'command_b64';
const MAX_ENCODED_BYTES = 1_048_576;

/** Whether a tool goes to a URL, so that its URL decides about domain and scheme. */
export function isUrlTool(tool: string): boolean {
  return URL_TOOLS.has(tool);
}

/** Whether a tool works on the file that its path names. */
export function isFileTool(tool: string): boolean {
  return FILE_TOOLS.has(tool);
}

/** The names under which a tool's calls may carry a field. */
export function fieldKeys(field: LogicalField, tool: string): readonly string[] {
  if (field === 'command' && tool === 'exec') return ['command', 'cmd', 'input'];
  if (field === 'path' && FILE_TOOLS.has(tool)) return ['path', 'file_path', 'file', 'filepath', 'target'];
  if (field === 'url' && isUrlTool(tool)) return ['url', 'uri', 'href'];
  return KEYS[field];
}

/**
 * The one value that all spellings of a field agree on, in every view of the call; empty when there is none.
 * A benign decoy beside the real value must not be what gets decided on, so a disagreement is refused.
 *
 * @throws InvalidCallError
 */
export function agreedValue(field: LogicalField, tool: string, views: readonly Fields[]): string {
  let agreed = '';
  for (const view of views) {
    for (const key of fieldKeys(field, tool)) agreed = agree(field, agreed, view[key]);
    if (field === 'command' && tool === 'exec') agreed = agree(field, agreed, decodeCommand(view[ENCODED]));
  }
  return agreed;
}

/** What a sub-agent is asked to do, which is what policies match as its command: the description, else the prompt. */
export function agreedTask(views: readonly Fields[]): string {
  const over = (key: string) => views.reduce((agreed, view) => agree('command', agreed, view[key]), '');
  return over('description') || over('prompt');
}

function agree(field: LogicalField, agreed: string, value: unknown): string {
  if (value === undefined || value === null) return agreed;
  if (typeof value !== 'string') throw new InvalidCallError(`invalid tool input: ${field} must be a string`);
  if (value.trim() === '') return agreed;
  if (agreed !== '' && agreed !== value) throw new InvalidCallError(`invalid tool input: conflicting ${field} aliases`);
  return value;
}

function decodeCommand(encoded: unknown): string | undefined {
  if (encoded === undefined || encoded === null) return undefined;
  if (typeof encoded !== 'string') throw new InvalidCallError('invalid tool input: command_b64 must be a string');
  const bytes = Buffer.from(encoded, 'base64');
  // Node's decoder skips what it does not know; only what encodes to itself again was well-formed.
  if (bytes.length > MAX_ENCODED_BYTES || bytes.toString('base64') !== encoded) {
    throw new InvalidCallError('invalid tool input: command_b64 must be valid bounded base64');
  }
  if (bytes.includes(0)) throw new InvalidCallError('invalid tool input: command_b64 must not contain NUL');
  return bytes.toString('utf8');
}
