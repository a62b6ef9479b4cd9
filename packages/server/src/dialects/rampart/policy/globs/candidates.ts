import { posix } from 'node:path';
import { slashed } from './glob.js';
import { cleanPath, isAbsolute } from './path.js';

/** One place that a path may stand for. */
export interface PathCandidate {
  /** Every spelling that patterns could use for it. */
  readonly spellings: readonly string[];
  /** Spellings for those patterns only that start from a directory which is a link to where the place is. */
  readonly throughLinks: readonly { readonly base: string; readonly spelling: string }[];
}

/** What a path is looked at in the light of. */
export interface PathContext {
  readonly workdir: string;
  /** Resolves symbolic links of the longest part that exists. */
  readonly realpath?: ((path: string) => string) | undefined;
  /** Directories that absolute patterns start from. */
  readonly bases: readonly string[];
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

/**
 * The places a path may stand for: the one it names, and the one its links lead to. A restriction holds when any place
 * fits, a grant when all do; a place fits when any of its spellings does.
 */
export function pathCandidates(path: string, { workdir, realpath, bases }: PathContext): readonly PathCandidate[] {
  const real = (location: string) => cleanPath(slashed(realpath?.(location) ?? location));
  const given = cleanPath(slashed(path));
  const directory = cleanPath(slashed(workdir.trim()));
  const directories = isAbsolute(directory) ? [...new Set([directory, real(directory)])] : [];
  const named = isAbsolute(given) || directories.length === 0 ? given : cleanPath(`${directory}/${given}`);
  const linked = isAbsolute(named) ? real(named) : named;
  const links = realpath === undefined ? [] : linksAmong(bases, real);

  const candidate = (location: string, also: readonly string[]): PathCandidate => {
    // Relative patterns mean the working directory, so the place is spelt from there as well.
    const relative = isAbsolute(location) ? directories.map((from) => posix.relative(from, location) || '.') : [];
    return {
      spellings: [...new Set([location, ...also, ...relative])],
      throughLinks: links.flatMap(({ base, target }) =>
        isWithin(location, target) ? [{ base, spelling: cleanPath(`${base}/${location.slice(target.length)}`) }] : [],
      ),
    };
  };
  const first = candidate(named, [given]);
  return linked === named ? [first] : [first, candidate(linked, [])];
}

function linksAmong(bases: readonly string[], real: (path: string) => string) {
  return bases.map((base) => ({ base, target: real(base) })).filter(({ base, target }) => target !== base);
}
