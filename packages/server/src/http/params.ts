import type { FastifyRequest } from 'fastify';

/** A parameter of the path, percent-decoded; empty when the path has none of that name. */
export function pathParam({ params }: Pick<FastifyRequest, 'params'>, name: string): string {
  const value: unknown = Reflect.get(Object(params), name);
  return typeof value === 'string' ? value : '';
}

/** A parameter of the query; empty when it is absent or given more than once. */
export function queryParam({ query }: Pick<FastifyRequest, 'query'>, name: string): string {
  const value: unknown = Reflect.get(Object(query), name);
  return typeof value === 'string' ? value : '';
}
