import { existsSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

/** A path with symbolic links resolved, as far as it exists: what a rule on the link's target must see. */
export function realpath(path: string): string {
  // The system takes no NUL in a path, so nothing can be there.
  if (path.includes('\0')) return path;
  const [root = '', ...names] = resolve(path).split(sep);
  const { existing, rest } = split(root, names);
  try {
    return join(realpathSync.native(existing), ...rest);
  } catch {
    return path;
  }
}

/** Walks down and stops at the first name that is not there: a long invented path costs no more than a short one. */
function split(
  root: string,
  names: readonly string[],
): { readonly existing: string; readonly rest: readonly string[] } {
  let existing = `${root}${sep}`;
  for (const [index, name] of names.entries()) {
    const next = join(existing, name);
    if (!existsSync(next)) return { existing, rest: names.slice(index) };
    existing = next;
  }
  return { existing, rest: [] };
}
