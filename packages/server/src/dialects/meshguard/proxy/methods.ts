/** The methods whose routes are described; the others of the HTTP server are served as well. */
export const PROXIED: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What the route of a method is called: `proxyGet`. */
export const proxyOperation = (method: string): string => `proxy${method.charAt(0)}${method.slice(1).toLowerCase()}`;
