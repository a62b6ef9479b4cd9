import type { Gateway } from '@sallyport/server';
import fc from 'fast-check';

/** What requests to one protocol are made of. */
export interface Vocabulary {
  /** Header lines that let somebody in: one set for each kind of credential. */
  readonly credentials: readonly (readonly string[])[];
  /** What stands in paths. */
  readonly words: readonly string[];
  /** Fields of bodies. */
  readonly names: readonly string[];
  /** Bodies that would be right somewhere, to be changed here and there. */
  readonly bodies: readonly object[];
  /** Headers of its own, with something in them that may be right. */
  readonly headers: fc.Arbitrary<string>;
}

const text = fc.oneof(
  fc.constantFrom('', '{}', '[]', 'null', 'a, b', 'read:x', '*', '%00', '1', 'x'.repeat(5000)),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const headerOf = (...names: readonly string[]) =>
  fc.tuple(fc.constantFrom(...names), text).map(([name, value]) => `${name}: ${value}`);
const split = (words: string): readonly string[] => words.split(' ');
const bearer = (token = '') => [`Authorization: Bearer ${token}`];

const rampart = (tokens: Readonly<Record<string, string>>): Vocabulary => ({
  credentials: Object.values(tokens).map(bearer),
  words: ['exec', 'read', 'fetch', 'rampart', 'my-tool'],
  names: split(
    'agent session run_id tool_call_id params input command path url cwd response enforce approved persist action scope ids outcome tool args decision audit_id status output dialect call roles verdict',
  ),
  bodies: [
    { agent: 'a', session: 's', run_id: 'r', tool_call_id: 'c', params: { command: 'sudo id' } },
    { params: { command: 'ls' }, response: 'AKIAIOSFODNN7EXAMPLE' },
    { params: { path: '/etc/shadow' }, enforce: true },
    { approved: true, resolved_by: 'a', persist: true },
    { agent: 'a', session: 's', run_id: 'r', action: 'approve', scope: 'run', ids: ['x'] },
    { outcome: 'approved', scope: 'once', resolved_at: '2026-04-11T10:00:00Z' },
    { tool: 'exec', args: 'make', decision: 'allow' },
    { audit_id: 'x', status: 'ok', output: 'y' },
    { command: 'ls' },
  ],
  headers: headerOf('Prefer', 'Idempotency-Key', 'Content-Type'),
});

const meshguard = ({ agentToken = '', ...others }: Readonly<Record<string, string>>): Vocabulary => ({
  credentials: [
    ...[agentToken, agentToken, ...Object.values(others)].map(bearer),
    [`X-Admin-Token: ${others['adminToken']}`],
    [`X-MeshGuard-API-Key: ${others['apiKey']}`, 'X-MeshGuard-Agent-Id: agent_abc123'],
  ],
  words: ['agent_abc123', 'default', 'contacts', 'fuzzed', 'unknown', 'api'],
  names: split(
    'name trustTier trust_tier tags metadata description capabilities policy agentId action resource context actions events result details orgId sourceAgentId targetAgentId relationshipType scope permissionCeiling maxDepth expiresAt verdict by note rules appliesTo defaultEffect rateLimits humanInTheLoop conditions content email agentName from to task task_type reason limit',
  ),
  bodies: [
    { name: 'fuzzed', trustTier: 'verified', tags: ['a'], metadata: { a: 1 } },
    { name: 'fuzzed', version: '1', appliesTo: { tags: ['a'] }, rules: [{ effect: 'allow', actions: ['read:*'] }] },
    {
      name: 'fuzzed',
      appliesTo: { agentIds: ['agent_abc123'] },
      rules: [{ effect: 'deny', actions: ['*'], conditions: { 'context.a': { in: [1] }, time_range: '09:00-18:00' } }],
    },
    { policy: 'development', agentId: 'agent_demo', action: 'read:x', context: { a: 1 } },
    { agentId: 'agent_demo', action: 'read:x', resource: 'r', context: {}, timestamp: '2026-04-11T10:00:00Z' },
    { action: 'write:payments', resource: 'r', result: 'success', status: 'ok' },
    { actions: [{ action: 'read:x' }, { action: 'delete:x', resource: 'r' }] },
    { events: [{ agentId: 'agent_demo', action: 'read:x', result: 'success' }] },
    {
      sourceAgentId: 'agent_demo',
      targetAgentId: 'agent_abc123',
      relationshipType: 'delegates_to',
      scope: ['read:*'],
    },
    { from: 'agent_demo', to: 'agent_abc123', task_type: 'read', task: 'read', trace_id: 't' },
    { verdict: 'approved', by: 'a', note: 'b' },
    { name: 'Org', email: 'a@example.com', agentName: 'a' },
  ],
  headers: fc.oneof(
    fc.constantFrom('read:x', 'delete:x', 'write:payments').map((action) => `X-MeshGuard-Action: ${action}`),
    headerOf(
      ...['X-MeshGuard-Action', 'X-MeshGuard-Resource', 'X-MeshGuard-Meta', 'X-MeshGuard-Trace-ID', 'X-Trace-ID'],
      ...['X-MeshGuard-Delegation-Id', 'X-MeshGuard-Approval-Id', 'X-MeshGuard-Agent-Id', 'X-MeshGuard-API-Key'],
      ...['Prefer', 'Idempotency-Key', 'Connection'],
    ),
  ),
});

const aegis = (tokens: Readonly<Record<string, string>>): Vocabulary => ({
  credentials: Object.values(tokens).map(bearer),
  words: ['agent-001', 'database.query', 'fuzzed', 'unknown'],
  names: split(
    'actor action context proposal agp_version type id capability capability_name parameters target operation session_id request_id confirmation_token approved reason status result domain conditions effect priority name grants expires_at limits',
  ),
  bodies: [
    {
      actor: { type: 'agent', id: 'agent-001' },
      action: { type: 'tool_call', target: 'database.query', parameters: { query: 'SELECT 1' } },
      context: { session_id: 's' },
    },
    { actor: 'agent-001', action: 'database.query', context: {} },
    { decision: 'approve', approved: true, reason: 'fine', responder: 'a' },
    { id: 'fuzzed', name: 'fuzzed', domain: 'database', description: 'x', effect: 'allow', conditions: {} },
    { capability: 'database.query', expires_at: '2026-04-11T10:00:00Z' },
    { status: 'success', result: {}, error: null },
  ],
  headers: headerOf('Idempotency-Key', 'X-Idempotency-Key', 'X-Request-ID', 'Prefer', 'Content-Type'),
});

const operator = (tokens: readonly string[]): Vocabulary => ({
  credentials: tokens.map(bearer),
  words: ['rampart', 'meshguard', 'aegis', 'unknown'],
  names: split('dialect call roles subject policy expiresAt note verdict by tool params action agentId'),
  bodies: [
    { dialect: 'rampart', call: { tool: 'exec', params: { command: 'ls' } } },
    { dialect: 'meshguard', call: { agentId: 'agent_demo', action: 'read:x' } },
    { dialect: 'aegis', call: { actor: 'agent-001', action: 'database.query' } },
    { dialect: 'rampart', roles: ['agent'], subject: 'a' },
    { verdict: 'approved', by: 'a' },
  ],
  headers: headerOf('Prefer', 'Content-Type'),
});

/** The words of every protocol that a gateway speaks, and its own, by the name that its description gives them. */
export function vocabulariesOf(
  { credentials }: Pick<Gateway, 'credentials'>,
  apiKey: string,
): Readonly<Record<string, Vocabulary>> {
  const of = (dialect: string) => credentials[dialect] ?? {};
  const everybody = operator(Object.values(credentials).flatMap((tokens) => Object.values(tokens)));
  return {
    rampart: rampart(of('rampart')),
    meshguard: meshguard({ ...of('meshguard'), apiKey }),
    aegis: aegis(of('aegis')),
    sallyport: everybody,
    gateway: everybody,
  };
}
