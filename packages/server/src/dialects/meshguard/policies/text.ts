import { parse } from 'yaml';
import { badRequest, MeshGuardFailure } from '../failure.js';

/** Bytes of a policy document at most. */
const MAX_POLICY_BYTES = 256 * 1024;
/** What YAML makes nodes, lines and errors of: reading it takes time that grows faster than their number. */
const MARK = /[\n,[\]{}"'!&]|[-?:](?=\s)/g;
/** Marks of a request's YAML at most: nobody else is answered while it is read. */
const MAX_MARKS = 2000;

/**
 * Reads a policy's text, JSON or YAML. A body `{ "content": "…" }` carries the text of another.
 *
 * @param maxMarks - how much structure YAML may have; no limit for the operator's own files.
 * @throws MeshGuardFailure 413 for one that is too large, 400 for one that does not parse.
 */
export function parsePolicy(bytes: Uint8Array, maxMarks = MAX_MARKS): unknown {
  if (bytes.length > MAX_POLICY_BYTES) {
    throw new MeshGuardFailure(413, `A policy may have at most ${MAX_POLICY_BYTES} bytes`);
  }
  const text = Buffer.from(bytes).toString('utf8');
  const value = /^\s*[[{]/.test(text) ? parseJson(text, maxMarks) : parseYaml(text, maxMarks);
  const content: unknown = Reflect.get(Object(value), 'content');
  const isWrapped = typeof content === 'string' && Reflect.get(Object(value), 'rules') === undefined;
  return isWrapped ? parseYaml(content, maxMarks) : value;
}

function parseJson(text: string, maxMarks: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // YAML's flow style looks like JSON.
    try {
      return parseYaml(text, maxMarks);
    } catch {
      throw badRequest(`The policy is no JSON: ${firstLine(error)}`);
    }
  }
}

function parseYaml(text: string, maxMarks: number): unknown {
  if ((text.match(MARK)?.length ?? 0) > maxMarks) {
    throw badRequest('The policy is too long to be read as YAML: send it as JSON, or split it into several policies');
  }
  try {
    return parse(text, { maxAliasCount: 100, uniqueKeys: true, logLevel: 'error' });
  } catch (error) {
    throw badRequest(`The policy is no YAML: ${firstLine(error)}`);
  }
}

const firstLine = (error: unknown): string => String(Object(error).message ?? error).split('\n', 1)[0] ?? '';
