/** Where a URL leads. `domain` is the host without port or brackets; `path` is empty when the URL names none. */
export interface UrlParts {
  readonly domain: string;
  readonly scheme: string;
  readonly path: string;
}

/** Splits a URL the way the tools that follow it do; undefined when it has no host. */
export function urlParts(url: string): UrlParts | undefined {
  if (url === '') return undefined;
  const noScheme = url.startsWith('//');
  const absolute = noScheme ? `http:${url}` : url;
  if (!URL.canParse(absolute)) return undefined;
  const { hostname, protocol, pathname } = new URL(absolute);
  if (hostname === '') return undefined;
  const rooted = pathname === '/' && !/^[^/\\]*[/\\]{2}[^/\\?#]*[/\\]/.test(absolute);
  return {
    domain: hostname.replace(/^\[|\]$/g, ''),
    scheme: noScheme ? '' : protocol.slice(0, -1),
    path: rooted ? '' : decoded(pathname),
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
