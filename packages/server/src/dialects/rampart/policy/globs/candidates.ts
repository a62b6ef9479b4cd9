import { posix } from 'node:path';
import { slashed } from './glob.js';
import { cleanPath, isAbsolute } from './path.js';

/** One place that a path may stand for, in every spelling that patterns could use for it. */
export type PathCandidate = readonly string[];

export interface PathContext {
  readonly workdir: string;
  /** Resolves symbolic links of the longest part that exists. */
  readonly realpath?: (path: string) => string;
  /** Directories that absolute patterns start from. */
  readonly bases: readonly string[];
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

/**
 * The places a path may stand for: what it says, and where its links lead. A restriction holds when any place fits, a
 * grant when all do; a place fits when any of its spellings does.
 */
export function pathCandidates(path: string, context: PathContext): readonly PathCandidate[] {
  const given = cleanPath(slashed(path));
  const workdir = cleanPath(slashed(context.workdir.trim()));
  const hasWorkdir = isAbsolute(workdir);
  const real = (location: string) => slashed(context.realpath?.(location) ?? location);

  const lexical = isAbsolute(given) || !hasWorkdir ? given : cleanPath(`${workdir}/${given}`);
  const resolved = isAbsolute(lexical) ? cleanPath(real(lexical)) : lexical;
  const workdirs = hasWorkdir ? [...new Set([workdir, real(workdir)])] : [];

  const spellings = (location: string, also: readonly string[]): PathCandidate => {
    const all = new Set([location, ...also]);
    if (isAbsolute(location)) {
      // Relative patterns mean the working directory, so the location is spelt from there as well.
      for (const directory of workdirs) all.add(posix.relative(directory, location) || '.');
    }
    return [...all];
  };

  const throughLinks = context.bases.flatMap((base) => {
    const target = real(base);
    return target !== base && isWithin(resolved, target) ? [cleanPath(base + resolved.slice(target.length))] : [];
  });
  const first = spellings(lexical, [given]);
  return resolved === lexical ? [first] : [first, spellings(resolved, throughLinks)];
}
