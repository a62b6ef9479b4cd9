import { RampartServerError } from '@sallyport/rampart';
import { rampartFormula, verifyChain } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stores, type TestStore } from '../../../../server/src/testing/stores.js';
import { caught } from '../support/caught.js';
import { provenLog } from '../support/log.js';
import { type Rig, startRig } from '../support/rig.js';

const REFUSED = { status: 503, body: { error: 'audit storage is unavailable; refusing tool call' } };
/** A record of this size fits in no space that is left. */
const note = 'x'.repeat(100_000);

const embedded = stores.filter(({ name }) => name !== 'postgres');
const broken = embedded.flatMap((store) =>
  (['disk_full', 'read_only'] as const).map((fault) => ({ fault, name: store.name, store })),
);

describe.each(broken)('a store that is $fault ($name)', ({ fault, store }) => {
  let kept: TestStore;
  let rig: Rig;
  beforeEach(async () => {
    kept = await store.create();
    rig = await startRig({ store: kept.address, clients: { maxRetries: 0 } });
  });
  afterEach(async () => {
    await rig.close();
    await kept.remove();
  });

  const breakStore = () => rig.dev('faults', { storage: fault });
  const mend = () => rig.dev('faults', {});
  const call = { tool: 'exec', input: { command: 'ls', note } };
  const ask = (command: string, toolCallId = 'call-1') => rig.agent.evaluate('exec', { command, note }, { toolCallId });

  test.each(['ls', 'rm -rf /', 'sudo id'])(
    'answers every call with 503, whatever policy says (%s)',
    async (command) => {
      await breakStore();
      const error = await caught(ask(command));
      expect(error).toBeInstanceOf(RampartServerError);
      expect(error).toMatchObject(REFUSED);
      const preflight = rig.agent.preflight('exec', { command, note }, { enforce: true });
      expect(await caught(preflight)).toMatchObject(REFUSED);
    },
  );

  test('nothing runs behind it, unless somebody chose to fail open', async () => {
    await breakStore();
    const ran: string[] = [];
    const run =
      (how: string) =>
      (..._args: readonly unknown[]) => {
        ran.push(how);
      };
    expect(await caught(rig.agent.govern(call, run('governed')))).toMatchObject({ code: 'server' });
    const guarded = rig.agent.guard(run('guarded'), { tool: 'exec', params: ['command', 'note'] });
    expect(await caught(guarded('ls', note))).toMatchObject({ code: 'server' });
    const command = `echo ran # ${note.slice(0, 8000)}`;
    const wide = rig.client({ token: rig.tokens.agent, agent: note });
    expect(await caught(wide.safeExec(command, { toolCallId: 'call-2' }))).toMatchObject({ code: 'server' });
    expect(ran).toEqual([]);
    const incidents: unknown[] = [];
    const open = { failMode: 'open', onIncident: (incident: unknown) => incidents.push(incident) } as const;
    const { decision } = await rig.agent.govern(call, run('failed open'), open);
    expect([ran, decision.failedOpen?.code, incidents.length]).toEqual([['failed open'], 'server', 1]);
  });

  test('an answer that cannot be recorded is no answer: the question stays', async () => {
    const { approvalId = '' } = await ask('sudo id');
    await breakStore();
    const resolve = () => rig.approver.approvals.resolve(approvalId, { approved: true, reason: note });
    expect(await caught(resolve())).toMatchObject({ status: 503 });
    expect(await rig.agent.approvals.get(approvalId)).toMatchObject({ status: 'pending' });
    await mend();
    expect(await resolve()).toMatchObject({ status: 'approved' });
    await breakStore();
    expect(await caught(ask('sudo id'))).toMatchObject(REFUSED);
    await mend();
    // What could not be recorded was not redeemed either.
    expect(await ask('sudo id')).toMatchObject({ allowed: true, approvalId });
  });

  test('what can be read still is, and the gateway says that it is up', async () => {
    const { auditId } = await ask('ls');
    await breakStore();
    await caught(ask('ls'));
    expect(await rig.agent.health()).toMatchObject({ status: 'ok' });
    expect(await rig.admin.audit.events()).toMatchObject({ totalInFile: 1, events: [{ id: auditId }] });
    expect((await rig.approver.approvals.list()).approvals).toEqual([]);
    expect((await provenLog(rig).checkpoint()).note).toMatch(/^sallyport\/rampart\n1\n/);
  });

  test('it recovers by itself, and its log holds what was answered and nothing else', async () => {
    const answered = [(await ask('ls')).auditId];
    await breakStore();
    await Promise.all(Array.from({ length: 10 }, () => caught(ask('ls'))));
    await mend();
    for (let count = 0; count < 3; count += 1) answered.push((await ask('ls')).auditId);
    const lines = await provenLog(rig).lines();
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(answered);
    expect(await verifyChain(lines, { formula: rampartFormula })).toMatchObject({ ok: true, count: 4 });
  });
});
