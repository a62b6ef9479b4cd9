import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Migrations } from '../../store/store.js';

type Columns = Readonly<Record<string, 'text' | 'bigint' | 'text?' | 'bigint?'>>;

/** Makes a table; columns with a question mark may be null. */
async function table(db: Kysely<unknown>, name: string, key: readonly string[], columns: Columns): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(name).ifNotExists();
  for (const [column, type] of Object.entries(columns)) {
    const kind = type.startsWith('text') ? 'text' : 'bigint';
    builder = builder.addColumn(column, kind, (c) => (type.endsWith('?') ? c : c.notNull()));
  }
  await builder.addPrimaryKeyConstraint(`${name}_pk`, [...key]).execute();
}

async function index(db: Kysely<unknown>, name: string, ...columns: readonly string[]): Promise<void> {
  await db.schema
    .createIndex(`${name}_${columns.join('_')}`)
    .ifNotExists()
    .on(name)
    .columns([...columns])
    .execute();
}

/** The dialect's own tables, beside the engine's. */
export const migrations: Migrations = {
  '001_agents_and_policies': {
    async up(db) {
      await table(db, 'meshguard_orgs', ['id'], { id: 'text', name: 'text', email: 'text', created_at: 'bigint' });
      await table(db, 'meshguard_agents', ['id'], {
        id: 'text',
        org: 'text',
        name: 'text',
        trust_tier: 'text',
        tags: 'text',
        metadata: 'text',
        description: 'text?',
        capabilities: 'text',
        status: 'text',
        credential: 'text',
        hold: 'text',
        created_at: 'bigint',
        updated_at: 'bigint?',
        revoked_at: 'bigint?',
      });
      await index(db, 'meshguard_agents', 'org', 'created_at');
      await table(db, 'meshguard_policies', ['org', 'name'], {
        org: 'text',
        name: 'text',
        document: 'text',
        created_at: 'bigint',
        updated_at: 'bigint',
      });
      await table(db, 'meshguard_revisions', ['name'], { name: 'text', value: 'bigint' });
    },
  },
  '002_decisions': {
    async up(db) {
      await table(db, 'meshguard_counts', ['agent', 'key', 'began'], {
        agent: 'text',
        key: 'text',
        began: 'bigint',
        n: 'bigint',
      });
      await table(db, 'meshguard_decisions', ['agent', 'at', 'id'], {
        id: 'text',
        org: 'text',
        at: 'bigint',
        agent: 'text',
        tier: 'text',
        action: 'text',
        decision: 'text',
        policy: 'text',
        explicit: 'bigint',
        micros: 'bigint',
      });
      await index(db, 'meshguard_decisions', 'org', 'at');
    },
  },
  '003_trust': {
    async up(db) {
      await table(db, 'meshguard_relationships', ['id'], {
        id: 'text',
        org: 'text',
        source: 'text',
        target: 'text',
        type: 'text',
        scope: 'text',
        ceiling: 'text',
        max_depth: 'bigint',
        requires_approval: 'bigint',
        expires_at: 'bigint?',
        created_at: 'bigint',
        revoked_at: 'bigint?',
        revoked_reason: 'text?',
        receipt: 'text',
      });
      await index(db, 'meshguard_relationships', 'org', 'target');
      await table(db, 'meshguard_delegations', ['id'], {
        id: 'text',
        org: 'text',
        at: 'bigint',
        source: 'text',
        target: 'text',
        depth: 'bigint',
        blocked: 'bigint',
      });
      await index(db, 'meshguard_delegations', 'org', 'at');
      await table(db, 'meshguard_anomalies', ['id'], {
        id: 'text',
        org: 'text',
        agent: 'text',
        type: 'text',
        severity: 'text',
        description: 'text',
        audit_id: 'text',
        baseline: 'text',
        observed: 'text',
        auto_action: 'text',
        detected_at: 'bigint',
        resolved_at: 'bigint?',
        resolved_by: 'text?',
      });
      await index(db, 'meshguard_anomalies', 'org', 'detected_at');
      await table(db, 'meshguard_scores', ['agent', 'at'], { agent: 'text', at: 'bigint', org: 'text', score: 'text' });
    },
  },
};
