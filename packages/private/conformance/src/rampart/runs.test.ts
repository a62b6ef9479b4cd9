import { ConflictError } from '@sallyport/core';
import type { BulkResolveParams } from '@sallyport/rampart';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Rig, startRig } from '../support/rig.js';
import { storeSettings } from '../support/settings.js';

const RUN = { agent: 'agent-7', session: 'session-1', runId: 'run-1' };

describe.each(storeSettings)('approvals of a run ($name)', ({ store, clients }) => {
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

  const ask = async (toolCallId: string) => (await rig.agent.exec('sudo id', { toolCallId })).approvalId ?? '';
  const bulk = (params: Partial<BulkResolveParams> & Pick<BulkResolveParams, 'ids'>) =>
    rig.approver.approvals.bulkResolve({ ...RUN, action: 'approve', scope: 'pending', resolvedBy: 'alice', ...params });

  test('are listed together, from two on', async () => {
    const first = await ask('call-1');
    expect((await rig.approver.approvals.list()).runGroups).toEqual([]);
    const ids = [first, await ask('call-2')];
    const { approvals, runGroups } = await rig.approver.approvals.list();
    expect(approvals.map(({ id }) => id)).toEqual(ids);
    expect(runGroups).toMatchObject([
      { ...RUN, count: 2, earliestCreatedAt: approvals[0]?.createdAt, items: approvals },
    ]);
  });

  test('are approved together, and redeemed one by one', async () => {
    const ids = [await ask('call-1'), await ask('call-2')];
    expect(await bulk({ ids })).toMatchObject({ resolved: 2, ids, futureCallsAuthorized: false });
    for (const toolCallId of ['call-1', 'call-2']) {
      expect(await rig.agent.exec('sudo id', { toolCallId })).toMatchObject({ allowed: true, approvalScope: 'once' });
    }
    expect((await rig.agent.exec('sudo id', { toolCallId: 'call-3' })).allowed).toBe(false);
    const { events } = await rig.admin.audit.events({ action: 'approved' });
    expect(events).toMatchObject(
      ids.map(() => ({ request: { bulk: true, approval_scope: 'pending', resolved_by: 'alice' } })),
    );
  });

  test('are refused together', async () => {
    const ids = [await ask('call-1'), await ask('call-2')];
    await bulk({ ids, action: 'deny' });
    for (const id of ids) expect(await rig.agent.approvals.get(id)).toMatchObject({ status: 'denied' });
  });

  test('all or none: one that was answered meanwhile leaves the others pending', async () => {
    const [answered, open] = [await ask('call-1'), await ask('call-2')];
    await rig.approver.approvals.resolve(answered, { approved: false });
    const error = await caught(bulk({ ids: [open, answered] }));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ body: { error: `approval "${answered}" is no longer pending; refresh and retry` } });
    expect(await rig.approver.approvals.get(open)).toMatchObject({ status: 'pending' });
  });

  test('a grant for the run lets its later questions pass, until it ends', async () => {
    const granted = await bulk({ ids: [await ask('call-1')], scope: 'run' });
    expect(granted).toMatchObject({
      futureCallsAuthorized: true,
      grantTtlMs: 120_000,
      grantExpiresAt: expect.any(String),
    });
    const later = () => rig.agent.exec('sudo later', { toolCallId: 'call-9' });
    expect(await later()).toMatchObject({
      decision: 'allow',
      policy: 'auto-approved',
      message: 'auto-approved by bulk-resolve',
    });
    expect((await rig.agent.exec('rm -rf /')).decision).toBe('deny');
    expect((await rig.agent.exec('sudo later', { runId: 'run-2' })).decision).toBe('ask');
    expect((await rig.admin.exec('sudo later', RUN)).decision).toBe('ask');
    await rig.dev('clock', { advanceMs: 120_000 });
    expect((await later()).decision).toBe('ask');
  });

  test('a grant covers questions that are asked without a call', async () => {
    const run = { agent: 'operator', runId: 'run-7' };
    const { id } = await rig.admin.approvals.create({ ...run, tool: 'deploy' });
    await bulk({ ...run, session: 'hook', ids: [id], scope: 'run' });
    const { data, meta } = await rig.admin.approvals.create({ ...run, tool: 'deploy' }).withResponse();
    expect([meta.status, data.status, data.message]).toEqual([200, 'approved', 'auto-approved by bulk-resolve']);
  });

  test('a grant must name everything that the run waits for', async () => {
    const [seen, omitted] = [await ask('call-1'), await ask('call-2')];
    expect(await caught(bulk({ ids: [seen], scope: 'run' }))).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining(`scope "run" omitted pending approval "${omitted}"`) },
    });
    expect((await rig.agent.exec('sudo later', { toolCallId: 'call-9' })).decision).toBe('ask');
  });

  test('a grant is for one credential’s calls', async () => {
    const ids = [await ask('call-1'), (await rig.admin.exec('sudo id', RUN)).approvalId ?? ''];
    expect(await caught(bulk({ ids, scope: 'run' }))).toMatchObject({
      status: 400,
      body: { error: 'scope "run" requires all approval ids to share one credential owner' },
    });
  });

  test('a call that was redeemed before cannot be approved in bulk: 503 with what to refresh', async () => {
    await bulk({ ids: [await ask('call-1')] });
    await rig.agent.exec('sudo id', { toolCallId: 'call-1' });
    const ids = [await ask('call-1')];
    expect(await caught(bulk({ ids }))).toMatchObject({
      status: 503,
      body: { resolved: 0, ids: [], reviewed_ids: ids, unresolved_reviewed_ids: ids, refresh_required: true },
    });
  });

  const INCOMPLETE = 'agent, session, and run_id are required; refusing incomplete bulk-approval scope';
  test.each<[name: string, params: object, text: string]>([
    ['no agent', { agent: ' ' }, INCOMPLETE],
    ['no session', { session: '' }, INCOMPLETE],
    ['no run', { run_id: '' }, INCOMPLETE],
    ['an unknown action', { action: 'maybe' }, 'action must be "approve" or "deny", got "maybe"'],
    ['no scope', { scope: undefined }, 'scope is required and must be "pending" or "run"'],
    ['an unknown scope', { scope: 'all' }, 'scope must be "pending" or "run", got "all"'],
    ['a grant that denies', { action: 'deny', scope: 'run' }, 'scope "run" is only valid when action is "approve"'],
    ['no ids', { ids: [] }, 'ids must contain the exact pending approvals reviewed by the operator'],
    ['an empty id', { ids: [' '] }, 'ids must not contain empty values'],
    ['an id twice', { ids: ['a', 'a'] }, 'duplicate approval id "a"'],
  ])('%s is refused with 400', async (_name, params, text) => {
    const run = { agent: 'agent-7', session: 'session-1', run_id: 'run-1' };
    const body = { ...run, action: 'approve', scope: 'pending', ids: ['a'], ...params };
    const answer = await rig.send('POST', '/v1/approvals/bulk-resolve', { body, token: rig.tokens.approver });
    expect([answer.status, answer.body]).toEqual([400, { error: text }]);
  });

  test('approvals of another run are refused', async () => {
    const id = await ask('call-1');
    expect(await caught(bulk({ ids: [id], runId: 'run-2' }))).toMatchObject({
      status: 400,
      body: { error: `approval "${id}" does not belong to the requested agent/session/run identity` },
    });
  });
});
