import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { RequestFailure } from '../failure.js';
import { operatorBody } from './body.js';
import { operatorOf } from './caller.js';
import type { OperatorContext } from './context.js';

export const explainRequest = z.strictObject({
  dialect: z.string(),
  /** In the dialect's own words, as its decision route takes it. */
  call: z.unknown(),
});

/** Says how a call would be decided, and why; records nothing. */
export function mountExplain(app: FastifyInstance, { engine, dialects }: OperatorContext): void {
  app.post('/explain', { config: { operation: 'explain' } }, async (request) => {
    const { covers } = await operatorOf(request, engine.credentials, engine.clock.now(), ['admin']);
    const { dialect: name, call } = operatorBody(request, explainRequest);
    const dialect = dialects.get(name);
    if (dialect === undefined) throw new RequestFailure(404, `dialect "${name.slice(0, 64)}" is not served here`);
    if (!covers(name)) throw new RequestFailure(403, 'this token is for another dialect or tenant');
    return dialect.explain(call);
  });
}
