import type { FastifyInstance } from 'fastify';
import type { StartedDialect } from '../dialects/list.js';
import type { Engine } from '../engine/engine.js';
import { VERSION } from '../version.js';
import { DEV_PREFIX } from './dev/mount.js';
import { docsPage } from './docs-page.js';
import { sendPage } from './html.js';
import { collectRoutes, type DocumentedScope, describeRoutes } from './openapi/collect.js';
import { operatorOf } from './operator/caller.js';
import { processMetrics } from './process-metrics.js';

/** Below this, the gateway's own routes are mounted. */
export const OPERATOR_PREFIX = '/sallyport/v1';

/** What the gateway tells about itself. */
export interface PublicContext {
  readonly engine: Engine;
  readonly dialects: readonly StartedDialect[];
  readonly rewrite: (url: string) => string;
  readonly metrics: 'admin' | 'public' | false;
}

/** Declares `/openapi.json`, `/docs` and `/metrics`. Call it before any other route is declared: it describes them. */
export function mountPublic(app: FastifyInstance, context: PublicContext): void {
  const routes = collectRoutes(app);
  let document: Promise<string> | undefined;
  const describe = async () => {
    const { openApiDocument } = await import('./openapi/document.js');
    return JSON.stringify(openApiDocument(VERSION, await describeRoutes(routes, scopes(context))));
  };

  app.get('/openapi.json', { config: { operation: 'openApiDocument' } }, (_request, reply) => {
    document ??= describe();
    return document.then((text) => reply.type('application/json').send(text));
  });
  app.get('/docs', { config: { operation: 'docsPage' } }, (_request, reply) => sendPage(reply, docsPage));
  if (context.metrics !== false) mountMetrics(app, context);
}

function mountMetrics(app: FastifyInstance, { engine, dialects, metrics }: PublicContext): void {
  const own = processMetrics(engine.clock);
  app.get('/metrics', { config: { operation: 'gatewayMetrics' } }, async (request, reply) => {
    if (metrics === 'admin') await operatorOf(request, engine.credentials, engine.clock.now(), ['admin']);
    const texts = await Promise.all([own.expose(), ...dialects.map(({ running }) => running.metrics())]);
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(texts.join(''));
  });
}

function scopes({ engine, dialects, rewrite }: PublicContext): readonly DocumentedScope[] {
  const own: DocumentedScope = {
    name: 'sallyport',
    prefix: OPERATOR_PREFIX,
    publicPath: (path) => `${OPERATOR_PREFIX}${path}`,
    docs: async () => (await import('./operator/operations.js')).operatorOperations,
  };
  const spoken = dialects.map(
    ({ name, running }): DocumentedScope => ({
      name,
      prefix: `/${name}`,
      // Clients use the root path where this dialect owns it, and the dialect's own mount otherwise.
      publicPath: (path) => (rewrite(path) === `/${name}${path}` ? path : `/${name}${path}`),
      docs: () => running.operations(),
    }),
  );
  const about: DocumentedScope = {
    name: 'gateway',
    prefix: '',
    publicPath: (path) => path,
    docs: async () => (await import('./public-operations.js')).publicOperations,
  };
  const steering: DocumentedScope = {
    name: 'dev',
    prefix: DEV_PREFIX,
    publicPath: (path) => `${DEV_PREFIX}${path}`,
    docs: async () => (await import('./dev/operations.js')).devOperations,
  };
  return [...spoken, own, about, ...(engine.dev ? [steering] : [])];
}
