import type { FastifyRequest } from 'fastify';
import type { Credential, Credentials, Role } from '../../engine/credentials.js';
import { bearerToken } from '../../http/bearer.js';
import { AegisFailure } from './failure.js';

/** What an API key may be for, in the protocol's words; `admin` is for everything. */
export const SCOPES = [
  'governance:propose',
  'governance:read',
  'governance:respond',
  'audit:read',
  'capabilities:manage',
  'policies:manage',
  'admin',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Who is calling. */
export interface Caller {
  /** Id of the credential: owner of the decisions that its proposals lead to. */
  readonly id: string;
  /** Whom records name: the person or agent that the key is for, else the key's id. */
  readonly name: string;
  readonly isAgent: boolean;
  /** The one actor that an agent's key speaks for; whichever it names, when absent. */
  readonly actor?: string;
  readonly scopes: ReadonlySet<Scope>;
}

const BY_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  agent: ['governance:propose', 'governance:read'],
  approver: ['governance:read', 'governance:respond', 'audit:read'],
  admin: SCOPES,
};

/** The scopes of a key: its roles' — or, of those, the ones that it was restricted to. */
export function scopesOf({ roles, policy }: Pick<Credential, 'roles' | 'policy'>): ReadonlySet<Scope> {
  const all = new Set(roles.flatMap((role) => BY_ROLE[role]));
  if (policy === undefined) return all;
  const kept = new Set(policy.split(' '));
  return new Set([...all].filter((scope) => kept.has(scope)));
}

/** Whether a text names scopes, and nothing else. */
export function isScopeList(text: string): boolean {
  const known: ReadonlySet<string> = new Set(SCOPES);
  return text.split(' ').every((word) => known.has(word));
}

const CALLER = 'aegisCaller';

/** The caller that {@link requires} has let in. */
export function callerOf(request: FastifyRequest): Caller {
  return request.getDecorator<Caller>(CALLER);
}

/** Declares the property that {@link requires} fills. */
export function declareCaller(app: { decorateRequest(name: string): unknown }): void {
  app.decorateRequest(CALLER);
}

/** Finds the key of a request. @returns undefined when it carries none. */
export function credentialOf(
  request: FastifyRequest,
  credentials: Credentials,
): Credential | undefined | Promise<Credential | undefined> {
  const key = bearerToken(request.headers.authorization);
  return key === undefined ? undefined : credentials.find(key);
}

/** Names the caller. @throws AegisFailure 401 for a key that is worth nothing */
export function identify(request: FastifyRequest, credential: Credential | undefined, now: number): Caller {
  if (bearerToken(request.headers.authorization) === undefined) {
    throw unauthorised('AEGIS-AUTH-001', 'an API key is required: send Authorization: Bearer <key>');
  }
  if (credential === undefined || (credential.dialect !== 'aegis' && credential.dialect !== '*')) {
    throw unauthorised('AEGIS-AUTH-002', 'the API key is unknown');
  }
  const { id, subject, roles, revokedAt, expiresAt } = credential;
  if (revokedAt !== undefined) throw unauthorised('AEGIS-AUTH-002', 'the API key has been revoked');
  if (expiresAt !== undefined && expiresAt <= now) throw unauthorised('AEGIS-AUTH-002', 'the API key has expired');
  const isAgent = !roles.includes('admin') && roles.includes('agent');
  return {
    id,
    name: subject ?? id,
    isAgent,
    ...(isAgent && subject !== undefined && { actor: subject }),
    scopes: scopesOf(credential),
  };
}

function unauthorised(code: string, message: string): AegisFailure {
  return new AegisFailure({ status: 401, code, message, cause: 'authorization' });
}

/** Lets a caller in who has one of the scopes; any valid key, where none is named. */
export function admit(request: FastifyRequest, caller: Caller, scopes: readonly Scope[]): void {
  if (scopes.length > 0 && !scopes.some((scope) => caller.scopes.has(scope)) && !caller.scopes.has('admin')) {
    const message = `the API key lacks the scope ${scopes.join(' or ')}`;
    throw new AegisFailure({ status: 403, code: 'AEGIS-AUTH-003', message, cause: 'authorization' });
  }
  request.setDecorator(CALLER, caller);
}
