import { ApprovalRequiredError, PolicyDeniedError } from '@sallyport/meshguard';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Mesh, startMesh } from '../support/mesh.js';
import { storeSettings } from '../support/settings.js';

const PAY = 'write:payments';
const HOUR = 3_600_000;

describe.each(storeSettings)('approvals ($name)', ({ store, clients }) => {
  let mesh: Mesh;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const kept = await store.create();
    remove = kept.remove;
    mesh = await startMesh({ store: kept.address, clients: { maxRetries: 0, ...clients } });
  });
  beforeEach(() => mesh.dev('reset'));
  afterAll(async () => {
    await mesh.close();
    await remove();
  });

  const context = { amount: 120 };
  const pay = (facts: object = { context }) => mesh.agent.check(PAY, facts);
  const asked = async (facts?: object) => (await pay(facts)).pending?.id ?? 'nothing was asked';

  test('a call that needs a human is a denial on the wire, with the approval in its body', async () => {
    const { status, headers, body } = await mesh.send('GET', '/proxy/check', { action: PAY });
    expect([status, headers.get('x-meshguard-decision')]).toEqual([403, 'deny']);
    expect(body).toMatchObject({
      allowed: false,
      decision: 'approval_required',
      approvalId: expect.stringMatching(/^appr_/),
      expiresAt: expect.stringMatching(/Z$/),
      message: 'Payments need a human',
      policy: 'development',
      rule: 'payments',
    });
  });

  test('the client shows it as a denial that is pending', async () => {
    expect(await pay()).toMatchObject({
      allowed: false,
      decision: 'deny',
      reason: 'Payments need a human',
      pending: { id: expect.stringMatching(/^appr_/), expiresAt: expect.any(String) },
    });
    const error = await caught(mesh.agent.enforce(PAY, { context }));
    expect(error).toBeInstanceOf(ApprovalRequiredError);
    expect(error).toBeInstanceOf(PolicyDeniedError);
    expect(error).toMatchObject({ approvalId: await asked(), code: 'approval_required' });
  });

  test('the same call joins the same question; another call opens another', async () => {
    const id = await asked();
    expect(await asked()).toBe(id);
    for (const other of [{ context: { amount: 121 } }, { context, resource: 'iban' }, {}]) {
      expect(await asked(other)).not.toBe(id);
    }
  });

  test('once approved, the same call succeeds exactly once, however many ask at the same time', async () => {
    const id = await asked();
    expect(await mesh.resolve(id, 'approved')).toMatchObject({ status: 200, body: { id, status: 'approved' } });
    const raced = await Promise.all(Array.from({ length: 10 }, () => pay()));
    expect(raced.filter(({ allowed }) => allowed)).toHaveLength(1);
    const ids = new Set(raced.flatMap(({ pending }) => (pending ? [pending.id] : [])));
    expect([ids.size, ids.has(id)]).toEqual([1, false]);
    const { body } = await mesh.send('GET', `/admin/approvals/${id}`, { admin: true });
    expect(body).toMatchObject({ status: 'consumed', resolvedBy: expect.any(String), action: PAY });
  });

  test('an approval is good for nothing but its call', async () => {
    await mesh.resolve(await asked(), 'approved');
    for (const other of [{ context: { amount: 1_000_000 } }, { context, resource: 'iban' }, {}]) {
      expect((await pay(other)).allowed).toBe(false);
    }
    const { token } = await mesh.admin.createAgent({ name: 'other', tags: ['development'] });
    expect((await mesh.client({ agentToken: token }).check(PAY, { context })).allowed).toBe(false);
    expect((await pay()).allowed).toBe(true);
  });

  test('a refusal stands, says by its status that it is one, and does not ask people again', async () => {
    const id = await asked();
    await mesh.resolve(id, 'rejected');
    const refused = await pay();
    expect(refused).toMatchObject({ allowed: false, approvalStatus: 'rejected' });
    expect(refused.pending).toBeUndefined();
    const { body } = await mesh.send('GET', '/admin/approvals?status=pending', { admin: true });
    expect(body).toEqual({ approvals: [] });
    await mesh.dev('clock', { advanceMs: HOUR });
    expect((await pay()).pending?.id).not.toBe(id);
  });

  test('what nobody answers expires to a denial, and so does an approval that nobody uses', async () => {
    const id = await asked();
    await mesh.dev('clock', { advanceMs: HOUR });
    expect(await mesh.resolve(id, 'approved')).toMatchObject({ status: 409 });
    const next = await asked();
    expect(next).not.toBe(id);
    await mesh.resolve(next, 'approved');
    await mesh.dev('clock', { advanceMs: HOUR });
    expect((await pay()).allowed).toBe(false);
  });

  test('is answered once: a second answer is a conflict, and changes nothing', async () => {
    const id = await asked();
    await mesh.resolve(id, 'rejected');
    expect(await mesh.resolve(id, 'approved')).toMatchObject({ status: 409, body: { error: 'Conflict' } });
    expect((await pay()).allowed).toBe(false);
  });

  test('may be answered by any door, with a note; the log says who and what', async () => {
    const [one, two] = [await asked(), await asked({ context: { amount: 7 } })];
    const path = `/sallyport/v1/approvals/${one}/resolve`;
    const body = { verdict: 'approved', by: 'bob', note: 'fine' };
    expect((await mesh.send('POST', path, { token: mesh.tokens.approver, body })).status).toBe(200);
    const short = `/admin/approvals/${two}/approve`;
    expect((await mesh.send('POST', short, { admin: true, body: { by: 'carol' } })).status).toBe(200);
    expect([(await pay()).allowed, (await pay({ context: { amount: 7 } })).allowed]).toEqual([true, true]);
    const events = await mesh.send('GET', '/admin/audit/events', { admin: true });
    expect(events.body['events']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'approval.approved', actor: 'bob', subject: one }),
        expect.objectContaining({ type: 'approval.approved', actor: 'carol', subject: two }),
        expect.objectContaining({ type: 'approval.consumed', actor: 'agent_demo', subject: one }),
      ]),
    );
  });

  test('whoever asked may wait for the answer, and nobody else', async () => {
    const id = await asked();
    const path = `/proxy/governance/approvals/${id}`;
    const waiting = mesh.send('GET', `${path}?wait=30`);
    await mesh.resolve(id, 'approved');
    expect(await waiting).toMatchObject({ status: 200, body: { id, status: 'approved' } });
    const { token } = await mesh.admin.createAgent({ name: 'other', tags: ['development'] });
    expect((await mesh.send('GET', path, { token })).status).toBe(404);
  });

  test('a call that says it waits is held until the human has answered', async () => {
    const id = await asked();
    const held = mesh.agent.check(PAY, { context, headers: { prefer: 'wait=30' } });
    await mesh.resolve(id, 'approved');
    expect(await held).toMatchObject({ allowed: true });
  });

  test('a policy that denies meanwhile wins over the approval', async () => {
    await mesh.resolve(await asked(), 'approved');
    const rules = [{ name: 'closed', effect: 'deny', actions: ['*'] }];
    await mesh.admin.applyPolicy({ name: 'development', appliesTo: { tags: ['development'] }, rules });
    expect(await pay()).toMatchObject({ allowed: false, rule: 'closed' });
  });

  test('a proxied call is bound to its method, path and body', async () => {
    const send = (json: object, path = '/api/emails') => mesh.agent.post(path, { action: PAY, json });
    const error = await caught(send({ amount: 1 }));
    expect(error).toBeInstanceOf(ApprovalRequiredError);
    await mesh.resolve(String(Object(error).approvalId), 'approved');
    expect(await caught(send({ amount: 2 }))).toBeInstanceOf(ApprovalRequiredError);
    expect(await caught(send({ amount: 1 }, '/api/emails?to=other'))).toBeInstanceOf(ApprovalRequiredError);
    const sent = await send({ amount: 1 });
    expect([sent.status, await sent.json()]).toEqual([201, expect.objectContaining({ amount: 1 })]);
    expect(await caught(send({ amount: 1 }))).toBeInstanceOf(ApprovalRequiredError);
  });

  test('a destructive action waits, although policy allows it: for a human, or for some time', async () => {
    const rules = [{ effect: 'allow', actions: ['*'] }];
    await mesh.admin.applyPolicy({ name: 'development', appliesTo: { tags: ['development'] }, rules });
    const critical = await mesh.agent.check('drop_database:customers');
    expect(critical).toMatchObject({ allowed: false, reason: 'Critical action requires human approval' });
    await mesh.resolve(critical.pending?.id ?? '', 'approved');
    expect((await mesh.agent.check('drop_database:customers')).allowed).toBe(true);

    const cooling = await mesh.send('GET', '/proxy/check', { action: 'drop_table:orders' });
    expect(cooling).toMatchObject({
      status: 403,
      body: {
        message: 'Action requires 120s cooling-off period',
        pendingId: expect.stringMatching(/^pdact_/),
        waitMs: 120_000,
      },
    });
    await mesh.dev('clock', { advanceMs: 119_000 });
    expect((await mesh.agent.check('drop_table:orders')).allowed).toBe(false);
    await mesh.dev('clock', { advanceMs: 1_000 });
    expect((await mesh.agent.check('drop_table:orders')).allowed).toBe(true);
    expect((await mesh.agent.check('drop_table:orders')).allowed).toBe(false);
  });
});
