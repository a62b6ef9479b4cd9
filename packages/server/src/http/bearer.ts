const BEARER = 'Bearer ';

/** The token of an `Authorization` header, exactly as it was sent; undefined when it carries none. */
export function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined || !header.startsWith(BEARER)) return undefined;
  return header.length > BEARER.length ? header.slice(BEARER.length) : undefined;
}
