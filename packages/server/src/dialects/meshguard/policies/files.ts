import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../../engine/engine.js';
import { readDocument } from '../policy/document.js';
import type { PolicyDocument } from '../policy/model.js';
import { invalid } from '../settings.js';
import { parsePolicy } from './text.js';

/**
 * The policies of a directory, by file name. A file that cannot be used is skipped with a warning; the others stay.
 *
 * @throws ConfigurationError when the directory cannot be read.
 */
export async function readPolicyFiles(directory: string | undefined, log: Log): Promise<readonly PolicyDocument[]> {
  if (directory === undefined) return [];
  let names: readonly string[];
  try {
    names = (await readdir(directory)).filter((name) => /\.(?:ya?ml|json)$/.test(name)).sort();
  } catch (error) {
    throw invalid('policyDirectory', `a directory that can be read (${String(Reflect.get(Object(error), 'code'))})`);
  }
  const documents = new Map<string, PolicyDocument>();
  for (const name of names) {
    const document = await readOne(join(directory, name), log);
    if (document === undefined) continue;
    if (documents.has(document.name))
      log.warn({ file: name, policy: document.name }, 'policy file skipped: name is taken');
    else documents.set(document.name, document);
  }
  return [...documents.values()];
}

async function readOne(path: string, log: Log): Promise<PolicyDocument | undefined> {
  try {
    const { document, problems } = readDocument(parsePolicy(await readFile(path), Number.POSITIVE_INFINITY));
    const [first] = problems.filter(({ severity }) => severity === 'error');
    if (first !== undefined) log.warn({ file: path, at: first.path, why: first.message }, 'policy file skipped');
    return document;
  } catch (error) {
    log.warn({ file: path, err: error }, 'policy file skipped');
    return undefined;
  }
}
