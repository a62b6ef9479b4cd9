import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Credential } from '../../engine/credentials.js';
import { badRequest, RequestFailure } from '../failure.js';
import { pathParam } from '../params.js';
import { operatorBody } from './body.js';
import { operatorOf } from './caller.js';
import type { OperatorContext } from './context.js';

export const newCredential = z.strictObject({
  dialect: z.string(),
  roles: z.array(z.enum(['agent', 'approver', 'admin'])).min(1, 'must name a role'),
  subject: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -')
    .optional(),
  policy: z
    .string()
    .regex(/^[^\p{Cc}/]{1,128}$/u, 'must be the base name of a policy file')
    .optional(),
  /** Milliseconds since the epoch. */
  expiresAt: z.int().positive().optional(),
  note: z
    .string()
    .regex(/^\P{Cc}{0,256}$/u, 'must be one line of at most 256 characters')
    .optional(),
});

/** Credentials, for admins: make, list, revoke. Secrets are shown once, when they are made. */
export function mountCredentials(app: FastifyInstance, { engine, dialects }: OperatorContext): void {
  const admin = (request: FastifyRequest) => operatorOf(request, engine.credentials, engine.clock.now(), ['admin']);

  app.get('/credentials', { config: { operation: 'listCredentials' } }, async (request) => {
    const { covers } = await admin(request);
    return {
      credentials: (await engine.credentials.list())
        .filter(({ dialect, tenant }) => covers(dialect, tenant))
        .map(shown),
    };
  });

  app.post('/credentials', { config: { operation: 'createCredential' } }, async (request, reply) => {
    const { covers } = await admin(request);
    const asked = operatorBody(request, newCredential);
    const served = dialects.get(asked.dialect);
    if (served === undefined) throw badRequest(`dialect "${asked.dialect.slice(0, 64)}" is not served here`);
    if (!covers(asked.dialect)) throw new RequestFailure(403, 'this token is for another dialect or tenant');
    if (asked.roles.includes('agent') && asked.roles.includes('approver')) {
      throw badRequest('one credential cannot be both agent and approver: it could approve its own calls');
    }
    const { subject, policy, expiresAt, note, dialect, roles } = asked;
    if (policy !== undefined && !served.isPolicyFile(policy)) {
      throw badRequest(
        `${asked.dialect} knows no policy "${policy.slice(0, 64)}" to bind it to: everything would be denied`,
      );
    }
    const { token, credential } = await engine.credentials.create({
      dialect,
      roles,
      tokenPrefix: served.tokenPrefix?.(roles) ?? `${dialect}_`,
      ...(subject !== undefined && { subject }),
      ...(policy !== undefined && { policy }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(note !== undefined && { note }),
    });
    reply.code(201).header('cache-control', 'no-store');
    return { token, credential: shown(credential) };
  });

  app.delete('/credentials/:id', { config: { operation: 'revokeCredential' } }, async (request) => {
    const { covers } = await admin(request);
    const id = pathParam(request, 'id');
    const known = (await engine.credentials.list()).find(
      (credential) => credential.id === id && covers(credential.dialect, credential.tenant),
    );
    if (known === undefined) throw new RequestFailure(404, 'credential not found');
    await engine.credentials.revoke(id, known.dialect);
    return { revoked: true };
  });
}

/** Without its tenant, which nobody chooses yet. */
function shown({ tenant: _, ...credential }: Credential): Omit<Credential, 'tenant'> {
  return credential;
}
