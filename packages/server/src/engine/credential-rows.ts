import { hash, timingSafeEqual } from 'node:crypto';
import type { Tables } from '../store/tables.js';
import type { Credential, NewCredential, Role } from './credentials.js';
import type { Row, Statement } from './unit.js';

const ROLES: readonly Role[] = ['agent', 'approver', 'admin'];
const ID_DIGITS = 12;
const SHOWN = 8;

/** The id of the admin token that is configured, and not made. */
const CONFIGURED_ADMIN = 'server/admin';

/** A token as it is stored: SHA-256, hex. */
export const hashOf = (token: string): string => hash('sha256', token, 'hex');

/** Compares two stored hashes in constant time. */
export const sameHash = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Reads a row. */
export function credentialOf(row: Row): Credential {
  const text = (column: keyof Tables['credentials']) => (row[column] == null ? undefined : String(row[column]));
  const number = (column: keyof Tables['credentials']) => (row[column] == null ? undefined : Number(row[column]));
  const roles = String(row['roles']).split(' ');
  const [subject, policy, note] = [text('subject'), text('policy'), text('note')];
  const [expiresAt, revokedAt] = [number('expires_at'), number('revoked_at')];
  return {
    id: String(row['id']),
    dialect: String(row['dialect']),
    tenant: String(row['tenant']),
    roles: ROLES.filter((role) => roles.includes(role)),
    ...(subject !== undefined && { subject }),
    ...(policy !== undefined && { policy }),
    createdAt: Number(row['created_at']),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(revokedAt !== undefined && { revokedAt }),
    ...(note !== undefined && { note }),
    prefix: String(row['prefix']),
  };
}

/** Whether a credential is a valid admin's, and no other admin's for the same dialect would be left without it. */
export function isLastAdmin(asked: Credential, all: readonly Credential[], now: number): boolean {
  const admins = all.filter(
    ({ roles, revokedAt, expiresAt }) =>
      roles.includes('admin') && revokedAt === undefined && (expiresAt === undefined || expiresAt > now),
  );
  const stays = (admin: Credential) => admin !== asked && (admin.dialect === '*' || admin.dialect === asked.dialect);
  return admins.includes(asked) && !admins.some(stays);
}

/** A credential for a token, made at a time. */
export function newCredential(asked: NewCredential, token: string, now: number): Credential {
  const { dialect, tenant = 'default', roles, subject, policy, expiresAt, note, tokenPrefix = '' } = asked;
  const configuredAdmin = asked.token !== undefined && subject === undefined && roles.includes('admin');
  // Of a token that somebody chose, no more than a quarter is shown: it may be short.
  const shown = asked.token === undefined ? tokenPrefix.length + SHOWN : Math.min(SHOWN, Math.floor(token.length / 4));
  return {
    id: configuredAdmin ? CONFIGURED_ADMIN : `credential-${hashOf(token).slice(0, ID_DIGITS)}`,
    dialect,
    tenant,
    roles,
    ...(subject !== undefined && { subject }),
    ...(policy !== undefined && { policy }),
    createdAt: now,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(note !== undefined && { note }),
    prefix: token.slice(0, shown),
  };
}

/**
 * Writes a credential. A configured token takes the place of what was configured before under its id, unless both are
 * to be good.
 */
export function putCredential(credential: Credential, hash: string, beside = false): Statement[] {
  const row: Tables['credentials'] = {
    hash,
    id: credential.id,
    dialect: credential.dialect,
    tenant: credential.tenant,
    roles: credential.roles.join(' '),
    subject: credential.subject ?? null,
    policy: credential.policy ?? null,
    created_at: credential.createdAt,
    expires_at: credential.expiresAt ?? null,
    revoked_at: credential.revokedAt ?? null,
    note: credential.note ?? null,
    prefix: credential.prefix,
  };
  const columns = Object.keys(row);
  return [
    beside
      ? { sql: 'DELETE FROM credentials WHERE hash = ?', params: [hash] }
      : {
          sql: 'DELETE FROM credentials WHERE hash = ? OR (id = ? AND dialect = ?)',
          params: [hash, credential.id, credential.dialect],
        },
    {
      sql: `INSERT INTO credentials (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      params: Object.values(row),
      expect: 1,
    },
  ];
}
