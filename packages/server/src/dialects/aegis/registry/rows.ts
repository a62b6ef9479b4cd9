import type { z } from 'zod';
import type { Query, Row, Statement } from '../../../engine/unit.js';
import type { Capability, Grant, Policy } from './model.js';
import { storedCapability, storedConstraints, storedPolicy } from './stored.js';

/** Reads a column of JSON; undefined where a later version, or somebody else, has written something that nobody here can read. */
function jsonIn<T>(row: Row, column: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text(row, column))).data;
  } catch {
    return undefined;
  }
}

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

/** @returns undefined for one that cannot be read. */
export function capabilityOf(row: Row): Capability | undefined {
  const body = jsonIn(row, 'body', storedCapability);
  return body && { ...body, id: text(row, 'id'), name: text(row, 'name'), createdAt: Number(row['created_at']) };
}

export function insertCapability({ id, name, createdAt, ...body }: Capability): Statement {
  return {
    sql: 'INSERT INTO aegis_capabilities (name, id, body, created_at) VALUES (?, ?, ?, ?)',
    params: [name, id, JSON.stringify(body), createdAt],
  };
}

export const deleteCapability = (name: string): Statement => ({
  sql: 'DELETE FROM aegis_capabilities WHERE name = ?',
  params: [name],
});

/** What a policy's row says of it beside its body. */
export type PolicyKey = Pick<Policy, 'id' | 'name' | 'version' | 'createdAt' | 'updatedAt'>;

export const policyKeyOf = (row: Row): PolicyKey => ({
  id: text(row, 'id'),
  name: text(row, 'name'),
  version: Number(row['version']),
  createdAt: Number(row['created_at']),
  updatedAt: Number(row['updated_at']),
});

/** @returns undefined for one that cannot be read. */
export function policyOf(row: Row): Policy | undefined {
  const body = jsonIn(row, 'body', storedPolicy);
  return body && { ...body, ...policyKeyOf(row) };
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

/** A grant whose constraints cannot be read has expired when it was given: nobody knows what it would allow. */
export function grantOf(row: Row): Grant {
  const constraints = jsonIn(row, 'constraints', storedConstraints);
  const grantedAt = Number(row['granted_at']);
  const expiresAt = constraints === undefined ? grantedAt : optional(row, 'expires_at');
  return {
    ...constraints,
    actor: text(row, 'actor'),
    capability: text(row, 'capability'),
    grantedAt,
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
