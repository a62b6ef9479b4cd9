import type { RecordDraft, Statement, Unit } from '../../engine/unit.js';
import { auditRecord, CHAIN, type EventType, eventEntry } from './entries.js';
import type { Fields } from './evaluation/proposal.js';
import type { RiskLevel } from './evaluation/risk.js';
import type { Capability, Grant, Outcome, Policy } from './registry/model.js';
import { insertCapability, insertPolicy, moveRevision, putGrant } from './registry/rows.js';
import { capabilityView, grantView, policyView } from './views.js';

const CAPABILITIES: readonly (readonly [name: string, risk: RiskLevel, description: string])[] = [
  ['file.read', 'low', 'Read a file'],
  ['file.write', 'medium', 'Write a file'],
  ['network.fetch', 'medium', 'Fetch a URL'],
  ['shell.exec', 'high', 'Run a shell command'],
  ['database.query', 'low', 'Query a database'],
];

const POLICIES: readonly (readonly [name: string, capability: string, outcome: Outcome])[] = [
  ['Allow file reads', 'file.read', 'ALLOW'],
  ['Escalate network requests', 'network.fetch', 'ESCALATE'],
  ['Require confirmation for shell execution', 'shell.exec', 'REQUIRE_CONFIRMATION'],
  ['Allow database queries', 'database.query', 'ALLOW'],
];

const GRANTS: readonly (readonly [actor: string, capability: string])[] = [
  ['demo-agent', 'file.read'],
  ['demo-agent', 'network.fetch'],
  ['demo-agent', 'shell.exec'],
  ['agent-001', 'database.query'],
  ['langchain-agent', 'database.query'],
];

const ACTOR = 'development gateway';

/** The same in every gateway, and drawn from nowhere: the ids of what comes later do not depend on whether this was written. */
const demoId = (kind: 'cap' | 'pol' | 'aud', name: string): string =>
  `${kind}_demo_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;

/** Puts the documented demo data into an empty registry; one that holds anything is left as it is. */
export const demoUnit: Unit<void> = {
  chains: [CHAIN],
  load: [{ sql: 'SELECT name FROM aegis_capabilities LIMIT 1', params: [] }],
  decide: ([rows = []], { now }) => {
    if (rows.length > 0) return { answer: undefined };
    const made = [
      ...CAPABILITIES.map(([name, riskLevel, description]) =>
        capability({ id: demoId('cap', name), name, riskLevel, description, createdAt: now }),
      ),
      ...POLICIES.map(([name, pattern, outcome]) => policy(demoId('pol', name), name, pattern, outcome, now)),
      ...GRANTS.map(([actor, name]) => grant({ actor, capability: name, grantedAt: now })),
    ];
    return {
      writes: [...made.map(({ write }) => write), moveRevision('demo')],
      records: made.map(({ type, capability: name, details }, index): RecordDraft => {
        const about = { actor_id: ACTOR, ...(name !== undefined && { capability: name }), details };
        return auditRecord(eventEntry(demoId('aud', `${type} ${index}`), type, now, about), now);
      }),
      answer: undefined,
    };
  },
};

interface Made {
  readonly write: Statement;
  readonly type: Exclude<EventType, 'governance.decision'>;
  readonly capability?: string;
  readonly details: Fields;
}

function capability(made: Capability): Made {
  const details = { capability: capabilityView(made) };
  return { write: insertCapability(made), type: 'capability.registered', capability: made.name, details };
}

function policy(id: string, name: string, pattern: string, outcome: Outcome, now: number): Made {
  const made: Policy = {
    id,
    name,
    description: '',
    rules: [{ capability: pattern, outcome, priority: 100 }],
    enabled: true,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  return { write: insertPolicy(made), type: 'policy.created', details: { policy: policyView(made) } };
}

function grant(made: Grant): Made {
  const details = { grant: grantView(made) };
  return { write: putGrant(made), type: 'actor.grant.created', capability: made.capability, details };
}
