import type { Query, Row, Statement } from '../../../engine/unit.js';
import type { Capability, Grant, Policy } from './model.js';

// Bodies are JSON that this dialect has written itself, and nobody else writes these tables.

const text = (row: Row, column: string): string => String(row[column]);
const optional = (row: Row, column: string): number | undefined =>
  row[column] == null ? undefined : Number(row[column]);

export const capabilityRows: Query = { sql: 'SELECT * FROM aegis_capabilities ORDER BY created_at, id', params: [] };
export const policyRows: Query = { sql: 'SELECT * FROM aegis_policies ORDER BY created_at, id', params: [] };
export const revisionRow: Query = { sql: "SELECT value FROM aegis_state WHERE name = 'revision'", params: [] };

/** The revision that was loaded; empty as long as nothing was ever changed. */
export const revisionIn = (rows: readonly Row[] | undefined): string => String(rows?.[0]?.['value'] ?? '');

/** Marks that capabilities or policies are others from now on. */
export const moveRevision = (revision: string): Statement => ({
  sql: "INSERT INTO aegis_state (name, value) VALUES ('revision', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  params: [revision],
});

export function capabilityOf(row: Row): Capability {
  const body: Omit<Capability, 'id' | 'name' | 'createdAt'> = JSON.parse(text(row, 'body'));
  return { ...body, id: text(row, 'id'), name: text(row, 'name'), createdAt: Number(row['created_at']) };
}

export function insertCapability({ id, name, createdAt, ...body }: Capability): Statement {
  return {
    sql: 'INSERT INTO aegis_capabilities (name, id, body, created_at) VALUES (?, ?, ?, ?)',
    params: [name, id, JSON.stringify(body), createdAt],
  };
}

export function policyOf(row: Row): Policy {
  const body: Pick<Policy, 'description' | 'rules' | 'enabled'> = JSON.parse(text(row, 'body'));
  return {
    ...body,
    id: text(row, 'id'),
    name: text(row, 'name'),
    version: Number(row['version']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
  };
}

export function insertPolicy({ id, name, version, createdAt, updatedAt, ...body }: Policy): Statement {
  return {
    sql: 'INSERT INTO aegis_policies (id, name, body, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)',
    params: [id, name, JSON.stringify(body), version, createdAt, updatedAt],
  };
}

/** Puts a policy in place of its version before. */
export function replacePolicy({ id, name, version, createdAt: _, updatedAt, ...body }: Policy): Statement {
  return {
    sql: 'UPDATE aegis_policies SET name = ?, body = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?',
    params: [name, JSON.stringify(body), version, updatedAt, id, version - 1],
    expect: 1,
  };
}

export const grantRow = (actor: string, capability: string): Query => ({
  sql: 'SELECT * FROM aegis_grants WHERE actor = ? AND capability = ?',
  params: [actor, capability],
});

export function grantOf(row: Row): Grant {
  const expiresAt = optional(row, 'expires_at');
  const constraints: Pick<Grant, 'timeWindow' | 'rateLimit'> = JSON.parse(text(row, 'constraints'));
  return {
    ...constraints,
    actor: text(row, 'actor'),
    capability: text(row, 'capability'),
    grantedAt: Number(row['granted_at']),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Writes a grant; one that is there already is replaced. */
export function putGrant({ actor, capability, grantedAt, expiresAt, timeWindow, rateLimit }: Grant): Statement {
  return {
    sql:
      'INSERT INTO aegis_grants (actor, capability, constraints, window_ms, granted_at, expires_at) VALUES (?, ?, ?, ?, ?, ?) ' +
      'ON CONFLICT (actor, capability) DO UPDATE SET constraints = excluded.constraints, window_ms = excluded.window_ms, ' +
      'granted_at = excluded.granted_at, expires_at = excluded.expires_at',
    params: [
      actor,
      capability,
      JSON.stringify({ timeWindow, rateLimit }),
      (rateLimit?.windowSeconds ?? 0) * 1000,
      grantedAt,
      expiresAt ?? null,
    ],
  };
}

export const deleteGrant = (actor: string, capability: string): Statement => ({
  sql: 'DELETE FROM aegis_grants WHERE actor = ? AND capability = ?',
  params: [actor, capability],
});
