import type { Engine } from '../../../engine/engine.js';
import type { Query, Row, Statement } from '../../../engine/unit.js';
import { DEFAULT_ORG } from '../audit/records.js';
import { readDocument } from '../policy/document.js';
import type { PolicyDocument } from '../policy/model.js';
import { PolicySet } from '../policy/policy-set.js';

/** A policy that is in force. */
export interface StoredPolicy {
  readonly document: PolicyDocument;
  /** Milliseconds since the epoch; absent for what came from a file. */
  readonly createdAt?: number;
  readonly updatedAt?: number;
}

/** A policy of the store that nobody can read. */
export interface UnreadablePolicy {
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What an organisation's calls are held against. */
export interface OrgPolicies {
  readonly policies: readonly StoredPolicy[];
  readonly unreadable: readonly UnreadablePolicy[];
  readonly set: PolicySet;
}

/** The number that grows with every change of any policy; one row, or none yet. */
export const LOAD_REVISION: Query = {
  sql: "SELECT value FROM meshguard_revisions WHERE name = 'policies'",
  params: [],
};

export const revisionOf = (rows: readonly Row[] = []): number => Number(rows[0]?.['value'] ?? 0);

/** Belongs into every unit that changes a policy. */
export const BUMP_REVISION: Statement = {
  sql:
    "INSERT INTO meshguard_revisions (name, value) VALUES ('policies', 1) " +
    'ON CONFLICT (name) DO UPDATE SET value = meshguard_revisions.value + 1',
  params: [],
};

/** Writes a policy, new or changed. */
export const putPolicy = (orgId: string, document: PolicyDocument, now: number): Statement => ({
  sql:
    'INSERT INTO meshguard_policies (org, name, document, created_at, updated_at) VALUES (?, ?, ?, ?, ?) ' +
    'ON CONFLICT (org, name) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at',
  params: [orgId, document.name, JSON.stringify(document), now, now],
  expect: 1,
});

export const deletePolicy = (orgId: string, name: string): Statement => ({
  sql: 'DELETE FROM meshguard_policies WHERE org = ? AND name = ?',
  params: [orgId, name],
});

/** All policies, compiled, in memory. The store's revision says when they are out of date. */
export class PolicyStore {
  readonly #engine: Pick<Engine, 'store' | 'log'>;
  #files: readonly PolicyDocument[] = [];
  #filesRead = 0;
  #revision = 0;
  #orgs = new Map<string, OrgPolicies>();

  constructor(engine: Pick<Engine, 'store' | 'log'>) {
    this.#engine = engine;
  }

  /** What the store's revision has to be, for {@link of} to be believed. */
  get revision(): number {
    return this.#revision;
  }

  /** The policies of one organisation, as they were read last. */
  of(orgId: string): OrgPolicies {
    const known = this.#orgs.get(orgId);
    if (known !== undefined) return known;
    const none = this.#compile(orgId, []);
    this.#orgs.set(orgId, none);
    return none;
  }

  /** Files belong to the default organisation; what was applied there under the same name wins. */
  async useFiles(files: readonly PolicyDocument[]): Promise<void> {
    this.#files = files;
    this.#filesRead += 1;
    await this.load();
  }

  /** Reads what the store has. */
  async load(): Promise<void> {
    const { store } = this.#engine;
    // Before the policies: one that is applied in between makes the revision differ, and is read the next time.
    const revision = revisionOf(await store.all(LOAD_REVISION));
    const sql = 'SELECT * FROM meshguard_policies ORDER BY created_at, name';
    const rows = await store.all({ sql, params: [] });
    const byOrg = new Map<string, (StoredPolicy | UnreadablePolicy)[]>();
    for (const row of rows) {
      const org = String(row['org']);
      const known = byOrg.get(org);
      if (known === undefined) byOrg.set(org, [this.#read(row)]);
      else known.push(this.#read(row));
    }
    this.#revision = revision;
    this.#orgs = new Map([...byOrg].map(([org, policies]) => [org, this.#compile(org, policies)]));
  }

  #compile(orgId: string, rows: readonly (StoredPolicy | UnreadablePolicy)[]): OrgPolicies {
    const stored = rows.filter((row) => 'document' in row);
    const unreadable = rows.filter((row) => 'name' in row);
    const taken = new Set([...stored.map(({ document }) => document.name), ...unreadable.map(({ name }) => name)]);
    const files = orgId === DEFAULT_ORG ? this.#files.filter(({ name }) => !taken.has(name)) : [];
    const policies = [...files.map((document) => ({ document })), ...stored];
    // Files make a revision of their own, so that what was approved under others is looked at again.
    const revision = this.#revision * 1000 + this.#filesRead;
    return {
      policies,
      unreadable,
      set: new PolicySet(
        policies.map(({ document }) => document),
        revision,
        unreadable.map(({ name }) => name),
      ),
    };
  }

  #read(row: Row): StoredPolicy | UnreadablePolicy {
    const times = { createdAt: Number(row['created_at']), updatedAt: Number(row['updated_at']) };
    const name = String(row['name']);
    const document = documentIn(String(row['document']));
    if (document?.name === name) return { document, ...times };
    this.#engine.log.error(
      { org: row['org'], policy: name },
      'a stored policy cannot be read: calls of its organisation are denied until it is applied again or deleted',
    );
    return { name, ...times };
  }
}

function documentIn(text: string): PolicyDocument | undefined {
  try {
    return readDocument(JSON.parse(text)).document;
  } catch {
    return undefined;
  }
}
