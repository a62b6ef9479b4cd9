import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Credential, Role } from '../../../engine/credentials.js';
import { bearerToken } from '../../../http/bearer.js';
import { DEFAULT_ORG } from '../audit/records.js';
import { forbidden, unauthorized } from '../failure.js';
import type { MeshGuard } from '../runtime.js';

/** The tenant of credentials that administer every organisation. */
export const EVERY_ORG = '*';
/** What marks an organisation's API key among credentials: it asks in its agents' names, and changes nothing. */
export const API_KEY = 'api-key';

/** Who administers. */
export interface AdminCaller {
  /** Id of the credential. */
  readonly id: string;
  /** How audit records name it. */
  readonly name: string;
  /** The organisation that is administered. */
  readonly orgId: string;
  /** Whether other organisations are open to it, too. */
  readonly isSuper: boolean;
  readonly roles: readonly Role[];
}

/** `admin` for admins; `approver` for approvers as well; `reader` for API keys as well. */
export type AdminAccess = 'admin' | 'approver' | 'reader';

const CALLER = 'meshguardAdmin';

/** Declares the property that {@link requiresAdmin} fills. */
export function declareAdmins(app: { decorateRequest(name: string): unknown }): void {
  app.decorateRequest(CALLER);
}

/** The admin that {@link requiresAdmin} has let in. */
export const adminCallerOf = (request: FastifyRequest): AdminCaller => request.getDecorator<AdminCaller>(CALLER);

/** Admits by `X-Admin-Token` or a bearer token, with `X-MeshGuard-API-Key` choosing the organisation. */
export function requiresAdmin(mesh: MeshGuard, access: AdminAccess): onRequestHookHandler {
  return (request, _reply, done) => {
    identifyAdmin(mesh, request, access).then((caller) => {
      request.setDecorator(CALLER, caller);
      done();
    }, done);
  };
}

/** @throws MeshGuardFailure 401 or 403. */
export async function identifyAdmin(
  mesh: MeshGuard,
  request: FastifyRequest,
  access: AdminAccess,
): Promise<AdminCaller> {
  const key = header(request, 'x-meshguard-api-key');
  const token = header(request, 'x-admin-token') ?? bearerToken(request.headers.authorization);
  const keyHolder = key === undefined ? undefined : await find(mesh, key);
  if (key !== undefined && !isApiKey(keyHolder)) throw unauthorized('Invalid API key');
  if (token === undefined && (keyHolder === undefined || access !== 'reader')) {
    throw unauthorized('Missing X-Admin-Token or Authorization header');
  }
  const credential = token === undefined ? keyHolder : await find(mesh, token);
  const mayBeKey = access === 'reader' && isApiKey(credential);
  if (credential === undefined || !(mayBeKey || isOperator(credential))) {
    throw unauthorized('Invalid admin token. For org access, include X-MeshGuard-API-Key header.');
  }
  const isSuper = credential.tenant === EVERY_ORG;
  if (keyHolder !== undefined && !isSuper && keyHolder.tenant !== credential.tenant) {
    throw unauthorized('Invalid admin token for this organization');
  }
  const { id, subject, roles } = credential;
  if (!mayBeKey && !roles.includes('admin') && access !== 'approver') {
    throw forbidden('This endpoint requires the admin role');
  }
  const orgId = keyHolder?.tenant ?? (isSuper ? DEFAULT_ORG : credential.tenant);
  await mesh.orgs.ensure(orgId);
  return { id, name: subject ?? id, orgId, isSuper, roles };
}

/** The organisation whose API key a request shows; undefined for none, or one that is worth nothing. */
export async function identifyApiKey(
  mesh: MeshGuard,
  request: FastifyRequest,
): Promise<{ readonly id: string; readonly orgId: string } | undefined> {
  const key = header(request, 'x-meshguard-api-key') ?? bearerToken(request.headers.authorization);
  const credential = key === undefined ? undefined : await find(mesh, key);
  if (!isApiKey(credential)) return undefined;
  await mesh.orgs.ensure(credential.tenant);
  return { id: credential.id, orgId: credential.tenant };
}

const isOperator = ({ roles }: Credential): boolean => roles.includes('admin') || roles.includes('approver');

const isApiKey = (credential: Credential | undefined): credential is Credential => credential?.policy === API_KEY;

/** A credential of this dialect that is still good. */
async function find({ engine }: MeshGuard, token: string): Promise<Credential | undefined> {
  const credential = await engine.credentials.find(token);
  const isOurs = credential?.dialect === 'meshguard' || credential?.dialect === '*';
  if (credential === undefined || !isOurs || credential.revokedAt !== undefined) return undefined;
  const { expiresAt = Number.POSITIVE_INFINITY } = credential;
  return expiresAt > engine.clock.now() ? credential : undefined;
}

function header({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
