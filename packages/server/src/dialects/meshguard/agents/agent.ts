import type { Query, Row, SqlValue, Statement } from '../../../engine/unit.js';

/** What keeps an agent back because of an anomaly; empty for nothing. */
export type Hold = '' | 'throttle' | 'block' | 'quarantine';

/** An agent, as the gateway knows it. */
export interface Agent {
  readonly id: string;
  readonly orgId: string;
  readonly name: string;
  /** The word that was given for it. */
  readonly trustTier: string;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly description?: string;
  readonly capabilities: readonly string[];
  readonly status: 'active' | 'revoked';
  /** Id of the credential that its one valid token has. */
  readonly credential: string;
  readonly hold: Hold;
  /** Milliseconds since the epoch, here and below. */
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly revokedAt?: number;
}

const HOLDS: readonly Hold[] = ['', 'throttle', 'block', 'quarantine'];

const COLUMNS = [
  ...['id', 'org', 'name', 'trust_tier', 'tags', 'metadata', 'description', 'capabilities'],
  ...['status', 'credential', 'hold', 'created_at', 'updated_at', 'revoked_at'],
];

const PUT =
  `INSERT INTO meshguard_agents (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')}) ` +
  `ON CONFLICT (id) DO UPDATE SET ${COLUMNS.slice(1)
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')}`;

/** Writes an agent, new or changed. */
export function putAgent(agent: Agent): Statement {
  const params: SqlValue[] = [
    agent.id,
    agent.orgId,
    agent.name,
    agent.trustTier,
    JSON.stringify(agent.tags),
    JSON.stringify(agent.metadata),
    agent.description ?? null,
    JSON.stringify(agent.capabilities),
    agent.status,
    agent.credential,
    agent.hold,
    agent.createdAt,
    agent.updatedAt ?? null,
    agent.revokedAt ?? null,
  ];
  return { sql: PUT, params, expect: 1 };
}

export const agentById = (id: string): Query => ({ sql: 'SELECT * FROM meshguard_agents WHERE id = ?', params: [id] });

/** All of an organisation, oldest first. */
export const agentsOf = (orgId: string): Query => ({
  sql: 'SELECT * FROM meshguard_agents WHERE org = ? ORDER BY created_at, id',
  params: [orgId],
});

/** Reads a row. */
export function agentOf(row: Row): Agent {
  const text = (column: string) => String(row[column]);
  const optional = (column: string) => (row[column] == null ? undefined : Number(row[column]));
  const [updatedAt, revokedAt] = [optional('updated_at'), optional('revoked_at')];
  return {
    id: text('id'),
    orgId: text('org'),
    name: text('name'),
    trustTier: text('trust_tier'),
    tags: textList(text('tags')),
    metadata: Object(JSON.parse(text('metadata'))),
    ...(row['description'] != null && { description: text('description') }),
    capabilities: textList(text('capabilities')),
    status: row['status'] === 'active' ? 'active' : 'revoked',
    credential: text('credential'),
    // What is not known holds back.
    hold: HOLDS.find((hold) => hold === row['hold']) ?? 'block',
    createdAt: Number(row['created_at']),
    ...(updatedAt !== undefined && { updatedAt }),
    ...(revokedAt !== undefined && { revokedAt }),
  };
}

/** Reads a column that holds a list of texts as JSON. */
export function textList(json: string): readonly string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.map(String) : [];
}

/** An agent as its API shows it. */
export function agentView(agent: Agent): Readonly<Record<string, unknown>> {
  const { id, name, trustTier, tags, orgId, metadata, description, capabilities, status, hold } = agent;
  const { createdAt, updatedAt, revokedAt } = agent;
  return {
    id,
    name,
    trustTier,
    tags,
    orgId,
    metadata,
    ...(description !== undefined && { description }),
    capabilities,
    status: status === 'active' && hold === 'quarantine' ? 'suspended' : status,
    createdAt: isoTime(createdAt),
    ...(updatedAt !== undefined && { updatedAt: isoTime(updatedAt) }),
    ...(revokedAt !== undefined && { revokedAt: isoTime(revokedAt) }),
  };
}

/** A time as the protocol writes it: RFC 3339 in UTC, milliseconds. */
export const isoTime = (at: number): string => new Date(at).toISOString();
