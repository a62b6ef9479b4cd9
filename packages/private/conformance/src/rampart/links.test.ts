import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type PolicyFile, policyFile } from '../support/policies.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { type Rig, startRig } from '../support/rig.js';

const INVALID = 'invalid or expired signature';

describe('signed links', () => {
  let rig: Rig;
  let receiver: Receiver;
  let policy: PolicyFile;
  beforeAll(async () => {
    receiver = await startReceiver();
    policy = policyFile({
      default_action: 'allow',
      notify: { url: receiver.url, on: ['ask', 'deny'] },
      policies: [
        {
          name: 'humans',
          rules: [{ action: 'ask', when: { command_matches: ['sudo *'] }, message: 'a <b>human</b>' }],
        },
      ],
    });
    rig = await start();
  });
  const start = () =>
    startRig({
      store: `sqlite:${join(policy.folder, 'gateway.db')}`,
      allowPrivateTargets: true,
      rampart: { policyFile: policy.path },
    });
  beforeEach(() => rig.dev('reset'));
  afterAll(async () => {
    await rig.close();
    await receiver.close();
    policy.remove();
  });

  /** Asks, and gives the link that people are sent. */
  async function askedAbout(command: string) {
    const { approvalId = '' } = await rig.agent.exec(command);
    const { body } = await receiver.next();
    expect(body).toMatchObject({ action: 'ask', approval_id: approvalId });
    const link = new URL(String(body['resolve_url']));
    const exp = Number(link.searchParams.get('exp'));
    return { approvalId, link, path: `${link.pathname}${link.search}`, sig: link.searchParams.get('sig') ?? '', exp };
  }

  test('lead to the approval’s own gateway', async () => {
    const { approvalId, link } = await askedAbout('sudo id');
    expect(`${link.protocol}//localhost:${link.port}`).toBe(rig.url.replace('127.0.0.1', 'localhost'));
    expect(link.pathname).toBe(`/v1/approvals/${approvalId}/resolve`);
  });

  test('open a page that shows the call, and resolves nothing by being looked at', async () => {
    const { approvalId, path } = await askedAbout('sudo echo "<script>"');
    const page = await rig.send('GET', path, { token: null });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('sudo echo &quot;&lt;script&gt;&quot;');
    expect(page.text).toContain('a &lt;b&gt;human&lt;/b&gt;');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(await rig.approver.approvals.get(approvalId)).toMatchObject({ status: 'pending' });
  });

  test('resolve without a token, under their own name', async () => {
    const { approvalId, sig, exp } = await askedAbout('sudo id');
    const stranger = rig.client({});
    const params = { approved: true, resolvedBy: 'mallory', signature: { sig, exp } };
    expect(await stranger.approvals.resolve(approvalId, params)).toMatchObject({ status: 'approved' });
    expect(await rig.agent.approvals.get(approvalId)).toMatchObject({ resolvedBy: 'signed-link' });
    const again = await caught(stranger.approvals.resolve(approvalId, params));
    expect(again).toMatchObject({ status: 410, body: { error: 'approval already resolved; URL cannot be reused' } });
  });

  test('are worth nothing when anything of them is changed', async () => {
    const { approvalId, path, exp } = await askedAbout('sudo id');
    const other = await askedAbout('sudo whoami');
    const later = path.replace(/exp=\d+/, `exp=${exp + 60}`);
    const foreign = path.replace(approvalId, other.approvalId);
    const cut = path.replace(/sig=./, 'sig=');
    for (const forged of [later, foreign, cut]) {
      for (const method of ['GET', 'POST'] as const) {
        const answer = await rig.send(method, forged, {
          token: null,
          ...(method === 'POST' && { body: { approved: true } }),
        });
        expect([answer.status, answer.body]).toEqual([401, { error: INVALID }]);
      }
    }
    // A wrong signature is refused whatever else comes with it.
    const token = rig.tokens.admin;
    expect(await rig.send('POST', later, { token, body: {} })).toMatchObject({ status: 401, body: { error: INVALID } });
    expect(await rig.approver.approvals.get(approvalId)).toMatchObject({ status: 'pending' });
  });

  test('end with their approval', async () => {
    const { path } = await askedAbout('sudo id');
    await rig.dev('clock', { advanceMs: 121_000 });
    expect((await rig.send('POST', path, { token: null, body: { approved: true } })).status).toBe(401);
  });

  test('outlive a restart', async () => {
    const { approvalId, path } = await askedAbout('sudo id');
    await rig.close();
    rig = await start();
    expect((await rig.send('GET', path, { token: null })).status).toBe(200);
    expect(await rig.send('POST', path, { token: null, body: { approved: true } })).toMatchObject({
      status: 200,
      body: { id: approvalId, status: 'approved' },
    });
  });

  test('cannot write rules', async () => {
    const { path } = await askedAbout('sudo id');
    const answer = await rig.send('POST', path, { token: null, body: { approved: true, persist: true } });
    expect(answer.status).toBe(403);
    expect(answer.body['error']).toBe('persist=true requires admin token authentication, not a signed approval URL');
  });

  test('without a signature there is no page', async () => {
    const { approvalId } = await askedAbout('sudo id');
    const path = `/v1/approvals/${approvalId}/resolve`;
    expect(await rig.send('GET', path)).toMatchObject({ status: 404, body: { error: 'not found' } });
    expect((await rig.send('POST', path, { token: null, body: {} })).status).toBe(401);
  });
});
