import type { FastifyRequest } from 'fastify';
import type { Credential, Credentials, Role } from '../../engine/credentials.js';
import { bearerToken } from '../bearer.js';
import { RequestFailure } from '../failure.js';

/** Whose everything is that no tenant is named for. */
const DEFAULT_TENANT = 'default';
/** The tenant of credentials that are good for all. */
const EVERY_TENANT = '*';

/** Who operates the gateway. */
export interface Operator {
  readonly credential: Credential;
  /** Whether it may touch what belongs to a tenant of a dialect: `default`, unless another is named. */
  covers(dialect: string, tenant?: string): boolean;
}

/**
 * The operator behind a request.
 *
 * @param roles - any one of them will do.
 * @throws RequestFailure 401 or 403.
 */
export async function operatorOf(
  request: FastifyRequest,
  credentials: Credentials,
  now: number,
  roles: readonly Role[],
): Promise<Operator> {
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) throw new RequestFailure(401, 'missing authorization token');
  const credential = await credentials.find(token);
  if (credential === undefined) throw new RequestFailure(401, 'invalid authorization token');
  if (credential.revokedAt !== undefined) throw new RequestFailure(401, 'token has been revoked');
  if (credential.expiresAt !== undefined && credential.expiresAt <= now) {
    throw new RequestFailure(401, 'token has expired');
  }
  if (!roles.some((role) => credential.roles.includes(role))) {
    throw new RequestFailure(403, `this endpoint requires the role ${roles.join(' or ')}`);
  }
  const { dialect, tenant } = credential;
  return {
    credential,
    covers: (name, of = DEFAULT_TENANT) =>
      (dialect === '*' || dialect === name) && (tenant === EVERY_TENANT || tenant === of),
  };
}
