import { basename, extname } from 'node:path';
import type { Policy, PolicyDocument } from '../policy/model.js';
import { PolicyLoadError } from './errors.js';

const OVERRIDE_FILES = new Set(['user-overrides', 'auto-allowed']);

/** Where policies come from, strongest first. */
export interface Layers {
  /** The file that the server was started with. */
  readonly primary?: PolicyDocument;
  /** The files of the policy directory. */
  readonly directory: readonly PolicyDocument[];
  /** The built-in profile. */
  readonly embedded?: PolicyDocument;
}

/** Whether a file holds rules that people added at run time, which outrank `ask`, `watch` and `webhook`. */
export function isOverrideFile(file: string): boolean {
  return OVERRIDE_FILES.has(basename(file, extname(file)).toLowerCase());
}

/**
 * Puts the layers into one order without name clashes: a policy of a stronger layer replaces one of the same name in a
 * weaker one. Rules added at run time come last within the directory, so that the first `default_action` is a person's.
 *
 * @throws PolicyLoadError when two files of the directory define the same policy.
 */
export function mergeLayers({ primary, directory, embedded }: Layers): readonly PolicyDocument[] {
  const written = directory.filter((document) => !isOverrideFile(document.file));
  const learned = directory.filter((document) => isOverrideFile(document.file));
  const files = [...written, ...learned];
  refuseClashes(files);
  const ordered = [...(primary ? [primary] : []), ...files, ...(embedded ? [embedded] : [])];
  const taken = new Set<string>();
  return ordered.map((document) => {
    const policies = document.policies.filter((policy) => !taken.has(policy.name));
    for (const policy of policies) taken.add(policy.name);
    return { ...document, policies };
  });
}

function refuseClashes(files: readonly PolicyDocument[]): void {
  const seen = new Map<string, Policy>();
  for (const policy of files.flatMap((document) => document.policies)) {
    const first = seen.get(policy.name);
    if (first) {
      const where = `${first.source.file}:${first.source.line}`;
      throw new PolicyLoadError(`engine: duplicate policy name "${policy.name}", also in ${where}`, policy.source);
    }
    seen.set(policy.name, policy);
  }
}
