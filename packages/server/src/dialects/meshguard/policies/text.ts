import { parse } from 'yaml';
import { badRequest, MeshGuardFailure } from '../failure.js';

/** Bytes of a policy document at most. */
const MAX_POLICY_BYTES = 256 * 1024;

/**
 * Reads a policy's text, JSON or YAML. A body `{ "content": "…" }` carries the text of another.
 *
 * @throws MeshGuardFailure 413 for one that is too large, 400 for one that does not parse.
 */
export function parsePolicy(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_POLICY_BYTES) {
    throw new MeshGuardFailure(413, `A policy may have at most ${MAX_POLICY_BYTES} bytes`);
  }
  const text = Buffer.from(bytes).toString('utf8');
  const value = /^\s*[[{]/.test(text) ? parseJson(text) : parseYaml(text);
  const content: unknown = Reflect.get(Object(value), 'content');
  const isWrapped = typeof content === 'string' && Reflect.get(Object(value), 'rules') === undefined;
  return isWrapped ? parseYaml(content) : value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // YAML's flow style looks like JSON.
    try {
      return parseYaml(text);
    } catch {
      throw badRequest(`The policy is no JSON: ${firstLine(error)}`);
    }
  }
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100, uniqueKeys: true, logLevel: 'error' });
  } catch (error) {
    throw badRequest(`The policy is no YAML: ${firstLine(error)}`);
  }
}

const firstLine = (error: unknown): string => String(Object(error).message ?? error).split('\n', 1)[0] ?? '';
