import type { FastifyReply, FastifyRequest } from 'fastify';
import { json, send } from './answer.js';
import { cleanedUrl } from './roots.js';

/** Unknown paths and wrong methods are not found; a path that is only untidy leads to the tidy one. */
export function answerUnknownPath(request: FastifyRequest, reply: FastifyReply): void {
  const clean = cleanedUrl(request.originalUrl);
  if (clean === undefined) send(reply, json(404, { error: 'not found' }));
  else void reply.code(307).header('location', clean).send();
}
