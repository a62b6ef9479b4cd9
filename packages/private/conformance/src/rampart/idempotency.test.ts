import { randomUUID } from 'node:crypto';
import { UnprocessableError } from '@sallyport/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Rig, startRig } from '../support/rig.js';
import { settings } from '../support/settings.js';

const NO_WAIT = { baseMs: 1, capMs: 1 };

describe.each(settings)('idempotency keys ($name)', ({ store, clients }) => {
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

  const total = async () => (await rig.admin.audit.events()).totalInFile;

  test.each([
    ['allow', 'ls'],
    ['deny', 'rm -rf /'],
    ['ask', 'sudo id'],
  ])(
    'a repeated request that was answered with %s is answered with the same, and takes effect once',
    async (_what, command) => {
      const options = { toolCallId: 'call-1', idempotencyKey: randomUUID() };
      const first = await rig.agent.exec(command, options);
      expect(await rig.agent.exec(command, options)).toEqual(first);
      const together = await Promise.all(Array.from({ length: 8 }, () => rig.agent.exec(command, options)));
      for (const one of together) expect(one).toEqual(first);
      expect(await total()).toBe(1);
    },
  );

  test('another body under the same key is refused with 422', async () => {
    const idempotencyKey = randomUUID();
    await rig.agent.exec('ls', { idempotencyKey });
    const error = await caught(rig.agent.exec('pwd', { idempotencyKey }));
    expect(error).toBeInstanceOf(UnprocessableError);
    expect(error).toMatchObject({ body: { error: 'idempotency key was already used with a different request' } });
    expect(await total()).toBe(1);
  });

  test('the same key of another caller is another key', async () => {
    const options = { idempotencyKey: 'shared', agent: 'a', session: 's', runId: 'r', toolCallId: 't' };
    const [one, other] = [await rig.agent.exec('ls', options), await rig.admin.exec('ls', options)];
    expect(one.auditId).not.toBe(other.auditId);
  });

  test('a resolution is answered again as it was, not with 410', async () => {
    const { approvalId = '' } = await rig.agent.exec('sudo id');
    const resolve = (approved: boolean) =>
      rig.approver.approvals.resolve(approvalId, { approved }, { idempotencyKey: 'resolve-1' });
    expect(await resolve(true)).toEqual(await resolve(true));
    expect(await caught(resolve(false))).toBeInstanceOf(UnprocessableError);
  });

  test('a redeemed approval is answered again under its key, and not redeemed again without', async () => {
    const options = { toolCallId: 'call-1' };
    const { approvalId = '' } = await rig.agent.exec('sudo id', options);
    await rig.approver.approvals.resolve(approvalId, { approved: true });
    const keyed = { ...options, idempotencyKey: randomUUID() };
    const redeemed = await rig.agent.exec('sudo id', keyed);
    expect(redeemed.allowed).toBe(true);
    expect(await rig.agent.exec('sudo id', keyed)).toEqual(redeemed);
    expect((await rig.agent.exec('sudo id', options)).allowed).toBe(false);
  });

  test('an answer that was lost on its way is asked for again, and the call is counted once', async () => {
    let lost = 0;
    const losing = async (url: string, init: RequestInit) => {
      const answer = await fetch(url, init);
      lost += 1;
      if (lost === 1) throw new TypeError('fetch failed');
      return answer;
    };
    const agent = rig.client({ token: rig.tokens.agent, fetch: losing, idempotency: 'always', backoff: NO_WAIT });
    const { data, meta } = await agent.exec('ls').withResponse();
    expect([meta.status, meta.attempts]).toEqual([200, 2]);
    expect(await rig.admin.audit.events()).toMatchObject({ totalInFile: 1, events: [{ id: data.auditId }] });
  });

  test.each([
    ['Idempotency-Key', 'plain'],
    ['X-Idempotency-Key', 'plain'],
    ['Idempotency-Key', '"quoted"'],
  ])('%s: %s is understood', async (name, value) => {
    const call = { headers: { [name]: value }, body: { params: { command: 'ls' } } };
    const [first, second] = [
      await rig.send('POST', '/v1/tool/exec', call),
      await rig.send('POST', '/v1/tool/exec', call),
    ];
    expect([second.status, second.body]).toEqual([200, first.body]);
  });

  test.each<Record<string, string>>([
    { 'Idempotency-Key': 'x'.repeat(256) },
    { 'Idempotency-Key': 'two words' },
    { 'Idempotency-Key': 'a', 'X-Idempotency-Key': 'b' },
  ])('a key that is none (%j) is refused with 400, and nothing is decided', async (headers) => {
    const answer = await rig.send('POST', '/v1/tool/exec', { headers, body: {} });
    expect([answer.status, answer.body['error']]).toEqual([400, expect.stringContaining('idempotency key')]);
    expect(await total()).toBe(0);
  });
});
