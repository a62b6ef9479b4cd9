import Fastify, { type FastifyInstance } from 'fastify';
import type { Log } from '../engine/engine.js';
import { json, send } from './answer.js';
import { answerClientError, refuseWithoutHost } from './client-errors.js';
import { answerOperatorFailures } from './operator/failures.js';
import { takeRawBodies } from './raw-bodies.js';
import { requestIds } from './request-ids.js';
import { answerUnknownPath } from './unknown-path.js';

const BODY_LIMIT = 1024 * 1024;
const MAX_HEADER_BYTES = 64 * 1024;
const SECOND = 1000;

/** Milliseconds that a client has to send the head of a request. */
const HEADERS_TIMEOUT = 5 * SECOND;

/** Makes the bare server: limits, request ids, and what is said where no dialect is asked. */
export function createApp(
  rewriteUrl: (url: string) => string,
  log: Log,
  headersTimeout = HEADERS_TIMEOUT,
): FastifyInstance {
  const app = Fastify({
    logger: false,
    genReqId: requestIds(),
    rewriteUrl: ({ url = '/' }) => rewriteUrl(url),
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    // Time to read a request. Answers may take longer: they may wait for a human.
    requestTimeout: 30 * SECOND,
    keepAliveTimeout: 120 * SECOND,
    http: {
      headersTimeout,
      // Node looks every 30 seconds by default: whoever is slow would have that much longer.
      connectionsCheckingInterval: headersTimeout / 5,
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false,
    },
    clientErrorHandler: answerClientError,
    // Schemas are read by the dialects and written into the OpenAPI document; the framework's own compilers are never
    // needed, and take longer to load than everything else.
    schemaController: {
      compilersFactory: { buildValidator: () => noSchemas, buildSerializer: () => () => JSON.stringify },
    },
    frameworkErrors: (_error, _request, reply) => send(reply, json(400, { error: 'invalid URL' })),
  });
  takeRawBodies(app, BODY_LIMIT);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    // Bodies are read as what they are, whatever their header says; a bad one is nobody's reason to refuse.
    request.headers['content-type'] = undefined;
    if (!refuseWithoutHost(request, reply)) done();
  });
  answerOperatorFailures(app, log);
  app.setNotFoundHandler(answerUnknownPath);
  return app;
}

function noSchemas(): never {
  throw new TypeError('Routes carry no schemas of the framework.');
}
