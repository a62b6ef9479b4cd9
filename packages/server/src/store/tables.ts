/** The engine's own tables. A dialect's tables are typed by the dialect (`store.db.withTables<…>()`). */
export interface Tables {
  chains: { chain: string; size: number; hash: string };
  records: {
    chain: string;
    seq: number;
    id: string;
    at: number;
    actor: string;
    session: string;
    subject: string;
    verdict: string;
    link: string;
    hash: string;
    text: string;
  };
  tiles: { chain: string; level: number; idx: number; nodes: Uint8Array };
  approvals: {
    id: string;
    dialect: string;
    tenant: string;
    status: string;
    join_key: string;
    digest: string;
    owner: string;
    agent: string;
    session: string;
    run_id: string;
    call_id: string;
    tool: string;
    summary: string;
    message: string;
    call: string;
    policy_revision: string;
    link: string;
    created_at: number;
    expires_at: number;
    resolved_at: number | null;
    resolved_by: string | null;
    note: string | null;
    consumed_at: number | null;
    extra: string;
  };
  credentials: {
    hash: string;
    id: string;
    dialect: string;
    tenant: string;
    roles: string;
    subject: string | null;
    policy: string | null;
    created_at: number;
    expires_at: number | null;
    revoked_at: number | null;
    note: string | null;
    prefix: string;
  };
  idempotency: {
    scope: string;
    key: string;
    fingerprint: string;
    status: number;
    body: string;
    created_at: number;
  };
  secrets: { name: string; value: Uint8Array };
}
