import { GovernanceError } from '@sallyport/aegis';
import { aegisFormula, verifyChain } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stores, type TestStore } from '../../../../server/src/testing/stores.js';
import { type AegisRig, proposalOf, startAegis } from '../support/aegis.js';
import { caught } from '../support/caught.js';
import { provenLog } from '../support/log.js';

/** A record of this size fits in no space that is left. */
const note = 'x'.repeat(100_000);

const embedded = stores.filter(({ name }) => name !== 'postgres');
const broken = embedded.flatMap((store) =>
  (['disk_full', 'read_only'] as const).map((fault) => ({ fault, name: store.name, store })),
);

describe.each(broken)('a store that is $fault ($name)', ({ fault, store }) => {
  let kept: TestStore;
  let rig: AegisRig;
  beforeEach(async () => {
    kept = await store.create();
    rig = await startAegis({ store: kept.address });
  });
  afterEach(async () => {
    await rig.close();
    await kept.remove();
  });

  const breakStore = () => rig.dev('faults', { storage: fault });
  const mend = () => rig.dev('faults', {});
  const proposal = (capability: string) => proposalOf(capability, { parameters: { note } });

  test.each(['file.read', 'file.write', 'network.fetch', 'shell.exec'])(
    'answers %s with 503, whatever policy says: what is not recorded is not allowed',
    async (capability) => {
      await breakStore();
      const error = await caught(rig.agent.propose(proposal(capability)));
      expect(error).toBeInstanceOf(GovernanceError);
      expect(error).toMatchObject({ status: 503, errorCode: 'AEGIS-AUD-001', retryable: true });
      await mend();
      expect((await rig.agent.propose(proposal('file.read'))).outcome).toBe('ALLOW');
    },
  );

  test('nothing runs behind it', async () => {
    await breakStore();
    const ran: string[] = [];
    const actor = { id: 'demo-agent', type: 'ai-agent' } as const;
    const read = rig.agent.governed('file.read', { actor })(async () => ran.push('governed'));
    expect(await caught(read({ note }))).toBeInstanceOf(GovernanceError);
    const action = { tool: 'file', operation: 'read', agent: 'demo-agent', input: { note } };
    expect(await caught(rig.agent.govern(action, () => ran.push('ran')))).toBeInstanceOf(GovernanceError);
    const answered: unknown[] = [];
    const response = { status: (code: number) => ({ json: () => answered.push(code) }) };
    const request = { agentId: 'demo-agent', body: { note } };
    await rig.agent.requireGovernance('file.read')(request, response, () => ran.push('routed'));
    expect([ran, answered]).toEqual([[], [503]]);
  });

  test('a token that could not be used up stays good, and its request id is not spent', async () => {
    const asked = await rig.agent.propose(proposal('shell.exec'));
    await breakStore();
    expect(await caught(rig.agent.confirm(asked, proposal('shell.exec')))).toMatchObject({ status: 503 });
    const own = { ...proposal('file.read'), requestId: 'not-spent' };
    expect(await caught(rig.agent.propose(own))).toMatchObject({ status: 503 });
    await mend();
    expect((await rig.agent.confirm(asked, proposal('shell.exec'))).outcome).toBe('ALLOW');
    expect((await rig.agent.propose(own)).outcome).toBe('ALLOW');
  });

  test('the log holds what was answered, and verifies', async () => {
    const before = await rig.agent.propose(proposal('file.read'));
    await breakStore();
    await Promise.allSettled(Array.from({ length: 5 }, () => rig.agent.propose(proposal('file.read'))));
    await mend();
    const after = await rig.agent.propose(proposal('file.read'));
    const lines = await provenLog(rig.log).lines();
    expect(await verifyChain(lines, { formula: aegisFormula })).toMatchObject({ ok: true, count: lines.length });
    const decided = lines.map((line) => Object(JSON.parse(line))).filter(({ outcome }) => outcome !== null);
    expect(decided.map(({ id }) => id)).toEqual([before.auditRef, after.auditRef]);
  });
});
