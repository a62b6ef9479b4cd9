import type { FastifyInstance } from 'fastify';
import type { MountedOperation, OperationDocs } from './operation.js';

/** A route that names its operation. */
interface NamedRoute {
  readonly method: string;
  readonly url: string;
  readonly operation: string;
}

/** Where some routes were mounted, and what describes them. */
export interface DocumentedScope {
  /** Put before the operations' names: `rampart`. */
  readonly name: string;
  readonly prefix: string;
  /** The path that clients use for a route below the prefix. */
  readonly publicPath: (path: string) => string;
  readonly docs: () => Promise<OperationDocs>;
}

/** Takes note of every route that is declared from now on and names its operation. */
export function collectRoutes(app: FastifyInstance): readonly NamedRoute[] {
  const routes: NamedRoute[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    const operation: unknown = Reflect.get(Object(config), 'operation');
    if (typeof operation === 'string' && typeof method === 'string' && method !== 'HEAD') {
      routes.push({ method, url, operation });
    }
  });
  return routes;
}

/** Puts routes and their descriptions together, in the order in which they were mounted. */
export async function describeRoutes(
  routes: readonly NamedRoute[],
  scopes: readonly DocumentedScope[],
): Promise<readonly MountedOperation[]> {
  const described: MountedOperation[] = [];
  for (const { name, prefix, publicPath, docs } of scopes) {
    const known = await docs();
    for (const { method, url, operation } of routes) {
      const doc = url.startsWith(`${prefix}/`) ? known[operation] : undefined;
      if (doc === undefined) continue;
      described.push({ id: `${name}.${operation}`, method, path: publicPath(url.slice(prefix.length)), doc });
    }
  }
  return described;
}
