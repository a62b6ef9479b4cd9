import type { Query, Row, Statement } from '../../../engine/unit.js';
import { isoTime, textList } from '../agents/agent.js';

export const RELATIONSHIP_TYPES = ['delegates_to', 'created_by', 'supervised_by', 'consumes_skill'] as const;

export type RelationshipType = (typeof RELATIONSHIP_TYPES)[number];

/** One agent's bond to another. */
export interface Relationship {
  readonly id: string;
  readonly orgId: string;
  readonly source: string;
  readonly target: string;
  readonly type: RelationshipType;
  /** Patterns of the actions that are handed on. */
  readonly scope: readonly string[];
  /** Patterns that nothing which is handed on further may go beyond. */
  readonly ceiling: readonly string[];
  /** Hops that a chain may have from here on, this one included. */
  readonly maxDepth: number;
  readonly requiresApproval: boolean;
  /** Milliseconds since the epoch, here and below. */
  readonly expiresAt?: number;
  readonly createdAt: number;
  readonly revokedAt?: number;
  readonly revokedReason?: string;
  readonly receipt: unknown;
}

export const insertRelationship = (r: Relationship): Statement => ({
  sql:
    'INSERT INTO meshguard_relationships (id, org, source, target, type, scope, ceiling, max_depth, requires_approval, ' +
    'expires_at, created_at, revoked_at, revoked_reason, receipt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?)',
  params: [
    ...[r.id, r.orgId, r.source, r.target, r.type, JSON.stringify(r.scope), JSON.stringify(r.ceiling), r.maxDepth],
    ...[r.requiresApproval ? 1 : 0, r.expiresAt ?? null, r.createdAt, JSON.stringify(r.receipt)],
  ],
});

/** Ends a relationship, once. */
export const revokeRelationship = (id: string, reason: string, now: number): Statement => ({
  sql: 'UPDATE meshguard_relationships SET revoked_at = ?, revoked_reason = ? WHERE id = ? AND revoked_at IS NULL',
  params: [now, reason, id],
});

/** Ends what has expired, as if it had been revoked when it did. */
export const pruneExpired = (orgId: string, now: number): Statement => ({
  sql:
    "UPDATE meshguard_relationships SET revoked_at = expires_at, revoked_reason = 'expired -- auto-pruned' " +
    'WHERE org = ? AND revoked_at IS NULL AND expires_at <= ?',
  params: [orgId, now],
});

export const relationshipById = (id: string): Query => ({
  sql: 'SELECT * FROM meshguard_relationships WHERE id = ?',
  params: [id],
});

/** All that an organisation has ever had, oldest first. */
export const relationshipsOf = (orgId: string): Query => ({
  sql: 'SELECT * FROM meshguard_relationships WHERE org = ? ORDER BY created_at, id',
  params: [orgId],
});

export function relationshipOf(row: Row): Relationship {
  const text = (column: string) => String(row[column]);
  const number = (column: string) => (row[column] == null ? undefined : Number(row[column]));
  const [expiresAt, revokedAt] = [number('expires_at'), number('revoked_at')];
  return {
    id: text('id'),
    orgId: text('org'),
    source: text('source'),
    target: text('target'),
    type: RELATIONSHIP_TYPES.find((type) => type === row['type']) ?? 'consumes_skill',
    scope: textList(text('scope')),
    ceiling: textList(text('ceiling')),
    maxDepth: Number(row['max_depth']),
    requiresApproval: Number(row['requires_approval']) === 1,
    ...(expiresAt !== undefined && { expiresAt }),
    createdAt: Number(row['created_at']),
    ...(revokedAt !== undefined && { revokedAt, revokedReason: text('revoked_reason') }),
    receipt: JSON.parse(text('receipt')),
  };
}

/** A relationship as its API shows it. */
export function relationshipView(r: Relationship): Readonly<Record<string, unknown>> {
  return {
    id: r.id,
    orgId: r.orgId,
    sourceAgentId: r.source,
    targetAgentId: r.target,
    relationshipType: r.type,
    scope: r.scope,
    permissionCeiling: r.ceiling,
    maxDepth: r.maxDepth,
    requiresApproval: r.requiresApproval,
    createdAt: isoTime(r.createdAt),
    ...(r.expiresAt !== undefined && { expiresAt: isoTime(r.expiresAt) }),
    ...(r.revokedAt !== undefined && { revokedAt: isoTime(r.revokedAt), revokedReason: r.revokedReason }),
  };
}
