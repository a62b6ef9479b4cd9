import { InvalidCallError } from './errors.js';
import { quoteRune } from './go.js';

const MAX_BYTES = 128;
const UNSUPPORTED = /[^A-Za-z0-9_.:-]/u;
const RESERVED = new Set([
  'browser',
  'edit',
  'exec',
  'fetch',
  'http',
  'mcp',
  'mcp-dangerous',
  'mcp-destructive',
  'read',
  'web_fetch',
  'write',
]);

/**
 * Checks a tool's name: 1 to 128 bytes of letters, digits and `_ - . :`; reserved names in lower case only.
 *
 * @returns the name without surrounding blanks.
 * @throws InvalidCallError
 */
export function toolName(raw: string): string {
  const name = raw.trim();
  if (name === '') throw invalid('tool name is required');
  if (Buffer.byteLength(name) > MAX_BYTES) throw invalid(`tool name exceeds ${MAX_BYTES} bytes`);
  const unsupported = UNSUPPORTED.exec(name)?.[0];
  if (unsupported) throw invalid(`tool name contains unsupported character ${quoteRune(unsupported)}`);
  const lower = name.toLowerCase();
  if (name !== lower && RESERVED.has(lower)) {
    throw invalid(`reserved tool name "${name}" must use canonical spelling "${lower}"`);
  }
  return name;
}

function invalid(reason: string): InvalidCallError {
  return new InvalidCallError(`invalid tool name: ${reason}`);
}
