import { BadRequestError, NotFoundError } from '@sallyport/core';
import type { AuditEvent } from '@sallyport/rampart';
import { rampartFormula, verifyChain } from '@sallyport/verify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Rig, startRig } from '../support/rig.js';
import { settings } from '../support/settings.js';

const DAY = 86_400_000;
const SECRET = `AKIA${'Z'.repeat(16)}`;

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString('utf8');
}

describe.each(settings)('the audit log ($name)', ({ store, clients }) => {
  let rig: Rig;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    rig = await startRig({ store: kept.address, clients });
  });
  beforeEach(() => rig.dev('reset'));
  afterAll(async () => {
    await rig.close();
    await remove();
  });

  const today = async () => (await rig.admin.audit.dates()).dates[0] ?? '';
  const exported = async (date: string) => textOf(await rig.admin.audit.export(date));

  test('comes in pages, newest first; none is given twice while others are written', async () => {
    const ids: (string | undefined)[] = [];
    for (let count = 0; count < 7; count += 1) ids.unshift((await rig.agent.exec(`ls ${count}`)).auditId);
    const first = await rig.admin.audit.events({ limit: 3 });
    expect(first).toMatchObject({ nextOffset: 3, totalInFile: 7 });
    expect(first.events.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    const seen: string[] = [];
    for await (const { id } of rig.admin.audit.events({ limit: 2 })) {
      if (seen.push(id) < 4) await rig.agent.exec('pwd');
    }
    expect(seen).toEqual(ids);
  });

  test('is filtered by tool, action, agent and session; the total is of all', async () => {
    await rig.agent.exec('ls');
    await rig.agent.exec('rm -rf /');
    const { auditId } = await rig.agent.evaluate('read', { path: 'notes' }, { agent: 'other', session: 'other' });
    const filters = [{ tool: 'read' }, { agent: 'other' }, { session: 'other' }];
    for (const filter of filters) {
      expect(await rig.admin.audit.events(filter)).toMatchObject({ totalInFile: 3, events: [{ id: auditId }] });
    }
    expect(await rig.admin.audit.events({ action: 'deny' })).toMatchObject({
      events: [{ decision: { action: 'deny' } }],
    });
    expect((await rig.admin.audit.events({ agent: 'nobody' })).events).toEqual([]);
  });

  test('a wrong limit is the default, and too large a one the most there is', async () => {
    await Promise.all(Array.from({ length: 51 }, () => rig.agent.exec('ls')));
    const count = async (query: string) => {
      const { body } = await rig.send('GET', `/v1/audit/events${query}`, { token: rig.tokens.admin });
      return Array.isArray(body['events']) ? body['events'].length : undefined;
    };
    expect(await count('?limit=0')).toBe(50);
    expect(await count('?limit=-1')).toBe(50);
    expect(await count('?limit=many&offset=x')).toBe(50);
    expect(await count('?limit=9999')).toBe(51);
  });

  test('keeps each day apart, and the days’ exports follow on each other', async () => {
    await rig.agent.exec('ls');
    const first = await today();
    await rig.dev('clock', { advanceMs: DAY });
    await rig.agent.exec('pwd');
    const second = await today();
    expect((await rig.admin.audit.dates()).dates).toEqual([second, first]);
    expect(await rig.admin.audit.events({ date: first })).toMatchObject({ date: first, totalInFile: 1 });

    const [before, after] = [await exported(first), await exported(second)];
    const [link = '', ...events] = after.trim().split('\n');
    expect(JSON.parse(link)).toEqual({ chain_continue: JSON.parse(before)['hash'], prev_file: `${first}.jsonl` });
    expect(events).toHaveLength(1);
    const report = await verifyChain([Buffer.from(before), Buffer.from(after)], { formula: rampartFormula });
    expect(report).toMatchObject({ ok: true, anchored: true, count: 2 });
    expect(await rig.admin.audit.stats({ from: first, to: second })).toMatchObject({ totalEvents: 2 });
    expect(await rig.admin.audit.stats()).toMatchObject({ totalEvents: 1, byAction: { allow: 1 } });
  });

  test('counts agents, sessions and tools of any name', async () => {
    const names = ['__proto__', 'constructor', 'x'];
    for (const name of names) await rig.agent.evaluate(name, {}, { agent: name, session: name });
    const { byAgent, bySession, byTool } = await rig.admin.audit.stats();
    for (const tally of [byAgent, bySession, byTool]) expect(Object.keys(tally).sort()).toEqual(names);
  });

  test('verifies as it was exported, and not when a byte of it was changed', async () => {
    await rig.agent.exec('echo "héllo <&> \u2028"', { agent: '😀' });
    await rig.agent.exec('rm -rf /');
    const text = await exported(await today());
    const verify = (altered: string) => verifyChain([Buffer.from(altered)], { formula: rampartFormula });
    expect(await verify(text)).toMatchObject({ ok: true, count: 2 });
    expect(await verify(text.replace('"deny"', '"watch"'))).toMatchObject({
      ok: false,
      firstBad: { line: 2, code: 'bad_hash' },
    });
    expect(await verify(text.replace(/^.*\n/, ''))).toMatchObject({ ok: false });
  });

  test('holds no secret of a call', async () => {
    await rig.agent.evaluate('exec', {
      command: `curl -H "Authorization: Bearer ${SECRET}" --password hunter22 x`,
      api_token: SECRET,
      password: 'hunter22',
    });
    const text = await exported(await today());
    expect(text).toContain('[REDACTED]');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('hunter22');
  });

  test('links what a call came to with the decision, and proves the output without holding it', async () => {
    const action = { tool: 'exec', input: { command: 'cat notes' } };
    const clean = await rig.agent.govern(action, () => 'just notes');
    const leaking = await rig.agent.govern(action, () => `key=${SECRET}`);
    expect(leaking).toMatchObject({ source: 'redaction', report: { redacted: true } });
    expect(JSON.stringify(leaking)).not.toContain(SECRET);
    await caught(
      rig.agent.govern(action, () => {
        throw new Error('disk on fire');
      }),
    );
    const { events } = await rig.admin.audit.events();
    const outcomes = events.filter(({ request }) => request['rampart_phase'] === 'outcome').reverse();
    const decisions = events.filter(({ request }) => request['command'] === 'cat notes').reverse();
    expect(decisions.map(({ id }) => id)).toEqual(outcomes.map(({ request }) => request['request_audit_id']));
    expect(clean).toMatchObject({ decision: { decisionId: decisions[0]?.id }, report: { reportId: outcomes[0]?.id } });
    const fields = ({ request, decision }: AuditEvent) => [request['status'], decision.action, request['error']];
    expect(outcomes.map(fields)).toEqual([
      ['ok', 'allow', undefined],
      ['ok', 'deny', undefined],
      ['error', 'allow', 'disk on fire'],
    ]);
    expect(outcomes[0]?.request['response_sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(await exported(await today())).not.toContain(SECRET);
  });

  test('an output that cannot be scanned is withheld, and the outcome is on record all the same', async () => {
    const outputs = ['x'.repeat(2_000_000), '\0'.repeat(300_000), { count: 1n }, Buffer.from(`key=${SECRET}`)];
    for (const output of outputs) {
      const action = { tool: 'read', input: { path: 'data' } };
      expect(await rig.agent.govern(action, () => output)).toMatchObject({ source: 'redaction' });
    }
    const printed = await rig.agent.safeExec('head -c 262144 /dev/zero');
    expect(printed).toMatchObject({ blocked: false, redacted: true, exitCode: 0 });
    const { events } = await rig.admin.audit.events();
    const outcomes = events.filter(({ request }) => request['rampart_phase'] === 'outcome');
    expect(outcomes.map(({ request }) => request['status'])).toEqual(Array(5).fill('ok'));
  });

  test('the outcome of a call that was denied, or only asked about, never goes on record as allowed', async () => {
    const denied = await rig.agent.exec('rm -rf /');
    const asked = await rig.agent.exec('sudo id');
    const previewed = await rig.agent.preflightExec('rm -rf /');
    const report = (audit_id: string | undefined, output: string) =>
      rig.send('POST', '/v1/outcomes', { token: rig.tokens.agent, body: { audit_id, status: 'ok', output } });
    const answers: unknown[] = [];
    for (const { auditId } of [denied, asked, previewed]) answers.push((await report(auditId, 'gone')).body);
    expect(answers).toMatchObject([
      { redacted: true, response: expect.stringContaining('[REDACTED'), message: 'the call was denied' },
      { redacted: false, response: 'gone' },
      { redacted: true },
    ]);
    const { events } = await rig.admin.audit.events();
    const outcomes = events.filter(({ request }) => request['rampart_phase'] === 'outcome').reverse();
    expect(outcomes.map(({ request, decision }) => [request['request_audit_id'], decision.action])).toEqual([
      [denied.auditId, 'deny'],
      [asked.auditId, 'ask'],
      [previewed.auditId, 'deny'],
    ]);
  });

  test('an outcome is reported once, by whoever asked', async () => {
    const { auditId } = await rig.agent.exec('ls');
    const report = (token: string) =>
      rig.send('POST', '/v1/outcomes', { token, body: { audit_id: auditId, status: 'ok', exit_code: 0 } });
    expect((await report(rig.tokens.admin)).status).toBe(404);
    expect((await report(rig.tokens.agent)).status).toBe(200);
    expect((await report(rig.tokens.agent)).status).toBe(409);
  });

  test('what happens is told as it happens', async () => {
    const events = rig.admin.events();
    await events.opened();
    const { approvalId = '', auditId } = await rig.agent.exec('sudo id', { toolCallId: 'call-1' });
    const run = { agent: 'agent-7', session: 'session-1', runId: 'run-1' };
    await rig.approver.approvals.bulkResolve({ ...run, action: 'deny', scope: 'pending', ids: [approvalId] });
    const seen: unknown[] = [];
    for await (const event of events) if (seen.push(event) && event.type === 'audit_batch') break;
    expect(seen[0]).toEqual({ type: 'connected' });
    expect(seen).toContainEqual({ type: 'approvals' });
    expect(seen).toContainEqual(
      expect.objectContaining({ type: 'audit', event: expect.objectContaining({ id: auditId }) }),
    );
    expect(seen.at(-1)).toEqual({ type: 'audit_batch', ...run });
  });

  test('days and ranges that there are not are refused', async () => {
    const {
      events,
      export: exportDay,
      stats,
    } = {
      events: (date: string) => caught(Promise.resolve(rig.admin.audit.events({ date }))),
      export: (date: string) => caught(rig.admin.audit.export(date)),
      stats: (from: string, to: string) => caught(rig.admin.audit.stats({ from, to })),
    };
    expect(await events('today')).toBeInstanceOf(BadRequestError);
    expect(await events('2026-02-30')).toMatchObject({ body: { error: 'invalid date format, expected YYYY-MM-DD' } });
    expect(await exportDay('')).toMatchObject({ status: 400, body: { error: 'date parameter is required' } });
    expect(await exportDay('1999-01-01')).toBeInstanceOf(NotFoundError);
    expect(await exportDay('1999-01-01')).toMatchObject({ body: { error: 'no audit log found for 1999-01-01' } });
    expect(await stats('x', '2026-01-01')).toMatchObject({ body: { error: 'invalid from date' } });
    expect(await stats('2026-01-01', 'x')).toMatchObject({ body: { error: 'invalid to date' } });
    expect(await stats('2026-01-02', '2026-01-01')).toMatchObject({
      body: { error: 'to date must not be before from date' },
    });
    expect(await stats('2025-01-01', '2026-01-02')).toMatchObject({
      body: { error: 'audit stats range cannot exceed 366 days' },
    });
  });
});
