import type { FastifyInstance } from 'fastify';
import { takeRawBodies } from '../raw-bodies.js';
import { mountApprovals } from './approvals.js';
import type { OperatorContext } from './context.js';
import { mountCredentials } from './credentials.js';
import { mountExplain } from './explain.js';
import { mountLog } from './log.js';

const BODY_LIMIT = 1024 * 1024;

/** The gateway's own routes for people and tools that run it, below `/sallyport/v1`. */
export function mountOperator(app: FastifyInstance, context: OperatorContext): void {
  takeRawBodies(app, BODY_LIMIT);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store');
    done();
  });
  mountExplain(app, context);
  mountApprovals(app, context);
  mountLog(app, context);
  mountCredentials(app, context);
}
