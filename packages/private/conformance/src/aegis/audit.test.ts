import type { AuditQuery, Decision } from '@sallyport/aegis';
import { GovernanceError } from '@sallyport/aegis';
import {
  aegisFormula,
  leafHash,
  noteVerifier,
  openCheckpoint,
  rootOf,
  verifyChain,
  verifyInclusion,
} from '@sallyport/verify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AegisRig, bodyOf, proposalOf, startAegis } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import { type Memory, provenLog, watchLog } from '../support/log.js';
import { settings } from '../support/settings.js';

const SECRET = `AKIA${'Z'.repeat(16)}`;

describe.each(settings)('the audit log ($name)', ({ store, clients }) => {
  let rig: AegisRig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startAegis({ store: kept.address, clients, aegis: { aggregateLimit: false } });
  });
  beforeEach(async () => {
    await rig.dev('reset');
  });
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  const ask = (capability = 'file.read', more: object = {}) => rig.agent.propose(proposalOf(capability, more));
  const inTurn = async (count: number): Promise<readonly Decision[]> => {
    const made: Decision[] = [];
    for (let index = 0; index < count; index += 1) made.push(await ask());
    return made;
  };
  const idsOf = async (query: AuditQuery) => {
    const ids: string[] = [];
    for await (const { id } of rig.operator.audit.log(query)) ids.push(id);
    return ids;
  };

  test('comes in pages, newest first; none is given twice while others are written', async () => {
    const refs = (await inTurn(7)).map(({ auditRef }) => auditRef).reverse();
    const query = { eventType: 'governance.decision' } as const;
    const first = await rig.operator.audit.log({ ...query, limit: 3 });
    expect(first).toMatchObject({ total: 7, cursor: expect.any(String) });
    expect(first.entries.map(({ id }) => id)).toEqual(refs.slice(0, 3));
    const seen: string[] = [];
    for await (const { id } of rig.operator.audit.log({ ...query, limit: 2 })) {
      if (seen.push(id) < 4) await ask();
    }
    expect(seen).toEqual(refs);
  });

  test('the last page has no cursor, on the wire null', async () => {
    await inTurn(3);
    const path = '/api/v1/audit/log?event_type=governance.decision&limit=3';
    const { body } = await rig.send('GET', path, { token: rig.tokens.approver });
    expect(body).toMatchObject({ total: 3, cursor: null });
    expect(await rig.operator.audit.log({ eventType: 'governance.decision', limit: 3 })).not.toHaveProperty('cursor');
  });

  test('is filtered by actor, capability, outcome, decision, kind and time', async () => {
    const [one, two] = await inTurn(2);
    const denied = await ask('file.write');
    const query = await ask('database.query', { actor: 'agent-001' });
    expect(await idsOf({ actorId: 'agent-001' })).toEqual([query.auditRef]);
    expect(await idsOf({ capability: 'file.write', eventType: 'governance.decision' })).toEqual([denied.auditRef]);
    expect(await idsOf({ outcome: 'DENY' })).toEqual([denied.auditRef]);
    expect(await idsOf({ decisionId: two?.decisionId ?? '' })).toEqual([two?.auditRef]);
    expect(await idsOf({ decisionId: two?.decisionId ?? '', outcome: 'DENY' })).toEqual([]);
    const grants = await rig.operator.audit.log({ eventType: 'actor.grant.created' });
    expect(new Set(grants.entries.map(({ eventType }) => eventType))).toEqual(new Set(['actor.grant.created']));
    expect(await idsOf({ until: one?.timestamp ?? '', eventType: 'governance.decision' })).toEqual([]);
    await rig.dev('clock', { advanceMs: 3_600_000 });
    const later = await ask();
    expect(await idsOf({ since: later.timestamp })).toEqual([later.auditRef]);
  });

  test.each([
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=many',
    'limit=1.5',
    'cursor=nonsense!',
    'since=yesterday',
    'until=2026-13-01',
    'outcome=allow',
    'event_type=everything',
  ])('%s is refused with 400', async (query) => {
    const answer = await rig.send('GET', `/api/v1/audit/log?${query}`, { token: rig.tokens.approver });
    expect([answer.status, answer.body['error_code']]).toEqual([400, 'AEGIS-REQ-002']);
    expect(answer.body['cause']).toBe(`query.${query.split('=')[0]}`);
  });

  test('a wrong query is a GovernanceError of the client', async () => {
    const wrong = async () => rig.operator.audit.log({ limit: 500 });
    expect(await caught(wrong())).toBeInstanceOf(GovernanceError);
  });

  test('events are a bare list of the latest decisions', async () => {
    await ask('file.read', { resource: '/data/1' });
    await ask('file.write');
    const { text } = await rig.send('GET', '/api/v1/audit/events?limit=5', { token: rig.tokens.approver });
    expect(JSON.parse(text)).toMatchObject([
      { agent_id: 'demo-agent', action: 'file.write', target: 'file.write', decision: 'DENY' },
      { agent_id: 'demo-agent', action: 'file.read', target: '/data/1', decision: 'ALLOW' },
    ]);
  });

  test('a trail tells how a decision came about, and what became of it', async () => {
    const decision = await ask('file.read', { parameters: { path: '/data/x' } });
    await rig.agent.reportExecution(decision, { status: 'failed', resultSummary: 'disk full' });
    const trail = await rig.operator.audit.trail(decision.decisionId);
    expect(trail).toMatchObject({
      evaluation: { capabilityCheck: 'pass', authorityCheck: 'pass', policyMatched: 'Allow file reads' },
      execution: { status: 'failed', resultSummary: 'disk full' },
      integrity: { chainVerified: true },
    });
    const lacking = await rig.operator.audit.trail((await ask('file.write')).decisionId);
    expect(lacking.evaluation).toMatchObject({ authorityCheck: 'fail', policiesEvaluated: [] });
    const unknown = await rig.operator.audit.trail((await ask('nobody.knows')).decisionId);
    expect(unknown.evaluation).toMatchObject({ capabilityCheck: 'fail' });
    expect(await caught(rig.operator.audit.trail('dec_nobody'))).toMatchObject({ status: 404 });
  });

  test('an execution is reported once, for what was allowed, by whom it was allowed', async () => {
    const report = { status: 'completed' } as const;
    const allowed = await ask();
    await rig.agent.reportExecution(allowed, report);
    expect(await caught(rig.agent.reportExecution(allowed, report))).toMatchObject({ status: 409 });
    expect(await caught(rig.agent.reportExecution(await ask('file.write'), report))).toMatchObject({ status: 409 });
    expect(await caught(rig.agent.reportExecution('dec_nobody', report))).toMatchObject({ status: 404 });
  });

  test('secrets of parameters and summaries are in no record', async () => {
    const decision = await ask('file.read', { parameters: { path: '/data/x', key: SECRET, password: 'hunter2' } });
    await rig.agent.reportExecution(decision, { status: 'completed', resultSummary: `wrote ${SECRET}` });
    const lines = await provenLog(rig.log).lines();
    expect(lines.join('\n')).not.toMatch(/hunter2/);
    expect(lines.join('\n')).not.toContain(SECRET);
  });

  test('the entries of the protocol’s own pages are a chain that verifies, from the first on', async () => {
    await inTurn(5);
    const entries: unknown[] = [];
    let cursor = '';
    do {
      const path = `/api/v1/audit/log?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { body } = await rig.send('GET', path, { token: rig.tokens.approver });
      entries.push(...Object(body['entries']));
      cursor = typeof body['cursor'] === 'string' ? body['cursor'] : '';
    } while (cursor !== '');
    const lines = entries.reverse().map((entry) => JSON.stringify(entry));
    expect(await verifyChain(lines, { formula: aegisFormula })).toMatchObject({
      ok: true,
      anchored: true,
      count: lines.length,
    });
  });

  test('the exported log verifies offline, against what the gateway signed about it', async () => {
    await inTurn(9);
    const log = provenLog(rig.log);
    const { note, key } = await log.checkpoint();
    const { size, root } = openCheckpoint(note, [noteVerifier(key)], 'sallyport/aegis');
    const lines = await log.lines();
    expect(size).toBe(lines.length);
    expect(Buffer.from(rootOf(lines.map((line) => leafHash(line))))).toEqual(Buffer.from(root));
    const checked = await verifyChain(lines, { formula: aegisFormula, checkpoint: { size, root } });
    expect(checked).toMatchObject({ ok: true, anchored: true, count: size });
    const last = size - 1;
    const proof = await log.inclusion(last, size);
    const line = lines[last] ?? '';
    verifyInclusion({ leaf: leafHash(line), index: last, size, root, proof });
    const forged = leafHash(line.replace('"ALLOW"', '"DENY"'));
    expect(() => verifyInclusion({ leaf: forged, index: last, size, root, proof })).toThrow('does not lead to');
  });

  test.each<[what: string, tamper: (lines: string[]) => void, code: string]>([
    [
      'one outcome changed',
      (lines) => lines.splice(-2, 1, (lines.at(-2) ?? '').replace('"ALLOW"', '"DENY"')),
      'bad_hash',
    ],
    ['one entry left out', (lines) => lines.splice(-3, 1), 'broken_link'],
    ['two entries changed over', (lines) => lines.splice(-3, 2, lines.at(-2) ?? '', lines.at(-3) ?? ''), 'broken_link'],
  ])('%s: the export does not verify', async (_what, tamper, code) => {
    await inTurn(5);
    const lines = [...(await provenLog(rig.log).lines())];
    tamper(lines);
    expect(await verifyChain(lines, { formula: aegisFormula })).toMatchObject({ ok: false, firstBad: { code } });
  });

  test('its end cut off: the chain alone cannot show it, what was signed does', async () => {
    await inTurn(5);
    const log = provenLog(rig.log);
    const { note, key } = await log.checkpoint();
    const { size, root } = openCheckpoint(note, [noteVerifier(key)], 'sallyport/aegis');
    const lines = (await log.lines()).slice(0, -2);
    expect(await verifyChain(lines, { formula: aegisFormula })).toMatchObject({ ok: true });
    const checked = await verifyChain(lines, { formula: aegisFormula, checkpoint: { size, root } });
    expect(checked.ok).toBe(false);
  });

  test('it is proved to have only grown', async () => {
    const log = provenLog(rig.log);
    let memory: Memory | undefined;
    for (let round = 0; round < 3; round += 1) {
      memory = await watchLog(log, memory);
      await Promise.all(Array.from({ length: 7 }, () => ask()));
    }
    const { state } = await watchLog(log, memory);
    expect(state?.size).toBeGreaterThan(20);
  });

  test('what is refused as dangerous is in the log too, and what is malformed is not', async () => {
    const before = (await rig.operator.audit.log()).total ?? 0;
    const propose = (body: object) => rig.send('POST', '/api/v1/governance/propose', { body });
    await propose({ ...bodyOf('file.read'), actor: {} });
    await propose(bodyOf('shell.exec', { action: { capability: 'shell.exec', resource: 'ls; id' } }));
    const { entries, total } = await rig.operator.audit.log({ limit: 1 });
    expect([total, entries[0]?.eventType]).toEqual([before + 1, 'governance.rejected']);
  });
});
