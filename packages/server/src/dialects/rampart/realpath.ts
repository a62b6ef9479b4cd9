import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A path with symbolic links resolved, as far as it exists: what a rule on the link's target must see. */
export function realpath(path: string): string {
  // The system takes no NUL in a path, so nothing can be there.
  if (path.includes('\0')) return path;
  let rest = '';
  for (let existing = resolve(path); ; existing = dirname(existing)) {
    const real = tryRealpath(existing);
    if (real !== undefined) return join(real, rest);
    if (dirname(existing) === existing) return path;
    rest = join(existing.slice(dirname(existing).length).replace(/^\//, ''), rest);
  }
}

function tryRealpath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
