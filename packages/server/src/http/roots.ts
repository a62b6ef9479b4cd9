import { ConfigurationError } from '@sallyport/core';

/** A dialect's claim on root paths. */
export interface Claim {
  readonly name: string;
  /** Path prefixes of whole segments: `/v1`, `/api/v1/admin`. */
  readonly roots: readonly string[];
}

/**
 * The static table that leads root paths to the dialect that owns them: `/v1/status` → `/rampart/v1/status`.
 * The longest claim wins, whatever the order; a path that nobody claims stays as it is.
 *
 * @throws ConfigurationError when two dialects claim the same path.
 */
export function compileRoots(claims: readonly Claim[]): (url: string) => string {
  const table = claims.flatMap(({ name, roots }) => roots.map((root) => ({ root, name })));
  table.sort((a, b) => b.root.length - a.root.length || (a.root < b.root ? -1 : 1));
  for (const [index, { root, name }] of table.entries()) {
    const next = table[index + 1];
    if (next?.root === root) throw new ConfigurationError(`Both ${name} and ${next.name} claim the path ${root}.`);
  }
  return (url) => {
    for (const { root, name } of table) {
      if (url.startsWith(root) && endsSegment(url, root.length)) return `/${name}${url}`;
    }
    return url;
  };
}

function endsSegment(url: string, at: number): boolean {
  const next = url.charAt(at);
  return next === '' || next === '/' || next === '?' || next === '#';
}

/**
 * A path as Go's router would have it: one slash at a time, no `.` and `..`. Undefined when it is clean already.
 * The query stays.
 */
export function cleanedUrl(url: string): string | undefined {
  const queryAt = url.search(/[?#]/);
  const path = queryAt === -1 ? url : url.slice(0, queryAt);
  if (!/\/\/|\/\.\.?(?:\/|$)/.test(path)) return undefined;
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const slash = /\/\.{0,2}$/.test(path) && kept.length > 0 ? '/' : '';
  return `/${kept.join('/')}${slash}${queryAt === -1 ? '' : url.slice(queryAt)}`;
}
