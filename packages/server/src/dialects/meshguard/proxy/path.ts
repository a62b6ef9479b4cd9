import { badRequest } from '../failure.js';

const MAX_ACTION = 2048;
const VERBS: Readonly<Record<string, string>> = { GET: 'read', HEAD: 'read', OPTIONS: 'read', DELETE: 'delete' };
/** What the gateway answers itself below `/proxy`. */
const RESERVED = /^(?:check|audit|governance(?:\/.*)?|api\/delegation\/(?:check|record))\/?$/;

/**
 * What URL parsers end the path at, leave out or turn into a slash: behind it, the target would read another path than
 * policies have.
 */
const REREAD = /[#\\\p{Cc}]/u;

/** Where a proxied request goes. */
export interface ProxiedPath {
  /** Path and query behind `/proxy`, exactly as they came. */
  readonly raw: string;
  /** The path without leading slashes, percent-decoded once. */
  readonly decoded: string;
}

/**
 * Reads the part of a URL that the target gets.
 *
 * @param raw - what follows `/proxy`, with its query.
 * @throws MeshGuardFailure 400 for what the target could read as another path than policies have: dot
 *   segments, `#`, `\` and control characters.
 */
export function readPath(raw: string): ProxiedPath {
  if (REREAD.test(raw))
    throw badRequest('The path must not contain "#", "\\" or control characters: percent-encode them');
  const [path = ''] = raw.split('?', 1);
  let decoded: string;
  try {
    decoded = decodeURIComponent(path).replace(/^\/+/, '');
  } catch {
    throw badRequest('The path is not percent-encoded as UTF-8');
  }
  if (/\p{Cc}/u.test(decoded)) throw badRequest('The path must not contain control characters');
  if (decoded.split(/[/\\]/).some((segment) => /^\.{1,2}(?:;.*)?$/.test(segment))) {
    throw badRequest('The path must not contain "." or ".." segments');
  }
  return { raw: raw.startsWith('/') ? raw : `/${raw}`, decoded };
}

/** The action of a request that names none: `read:api/contacts`. @throws MeshGuardFailure 400. */
export function inferAction(method: string, { decoded }: ProxiedPath): string {
  const action = `${VERBS[method] ?? 'write'}:${decoded}`;
  if (action.length <= MAX_ACTION) return action;
  throw badRequest('The path is too long to be an action: name one with X-MeshGuard-Action');
}

/** Whether the gateway answers a path itself, whatever the method. */
export const isReserved = ({ decoded }: ProxiedPath): boolean => RESERVED.test(decoded);
