import type { FastifyInstance } from 'fastify';

/** Bodies stay bytes, whatever their header says they are, until a handler wants to read them. */
export function takeRawBodies(app: FastifyInstance, bodyLimit: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
}
