import { afterEach, describe, expect, it, vi } from 'vitest';
import { VargateError } from './errors.js';
import { FakeGateway } from './fixture/fake-gateway.js';
import { FakeLog } from './fixture/fake-log.js';
import { setUp } from './fixture/setup.js';

function withLog(count: number, size?: number) {
  const { client, gateway } = setUp();
  gateway.log.fill(count, size);
  return { client, gateway, log: gateway.log };
}

afterEach(() => vi.restoreAllMocks());

describe('verifyLocally', () => {
  it('checks every record from the first one on, builds every tree anew, and proves inclusion', async () => {
    const { client, log } = withLog(7, 3);
    expect(await client.verifyLocally()).toEqual({
      ok: true,
      count: 7,
      head: log.records.at(-1)?.record_hash,
      trees: { checked: 2, listed: 2 },
      proofs: 2,
      claimed: { valid: true, recordCount: 7 },
    });
  });

  it('finds nothing wrong with an empty log', async () => {
    const { client } = setUp();
    expect(await client.verifyLocally()).toMatchObject({ ok: true, count: 0, head: 'GENESIS', proofs: 0 });
  });

  it('walks a log of several pages, and tells how far it is', async () => {
    const { client } = withLog(2_500, 500);
    const seen: number[] = [];
    const report = await client.verifyLocally({ proofs: 3, onProgress: ({ checked }) => seen.push(checked) });
    expect(report).toMatchObject({ ok: true, count: 2_500, trees: { checked: 5, listed: 5 }, proofs: 3 });
    expect(seen).toEqual([1000, 2000, 2500]);
  });

  it('misses no record that is added while it reads', async () => {
    const { client, gateway, log } = withLog(2_500);
    const page = log.page.bind(log);
    vi.spyOn(log, 'page').mockImplementation((limit, offset) => {
      if (log.records.length < 3_000) log.fill(7, 100);
      return page(limit, offset);
    });
    const report = await client.verifyLocally({ proofs: 0 });
    expect(report).toMatchObject({ ok: true, head: log.records[report.count - 1]?.record_hash });
    expect(report.count).toBeGreaterThan(2_500);
    expect(gateway.requests.length).toBeLessThan(20);
  });

  it.each([
    ['a changed decision', { decision: 'deny' }, 'bad_hash'],
    ['changed params', { params: '{"n":1}' }, 'bad_hash'],
    ['a hash that was computed anew', { record_hash: '0'.repeat(64) }, 'bad_hash'],
    ['another predecessor', { prev_hash: '0'.repeat(64) }, 'broken_link'],
  ])('finds %s, though the gateway calls its chain valid', async (_what, change, code) => {
    const { client, log } = withLog(5);
    Object.assign(log.records[2] ?? {}, change);
    const report = await client.verifyLocally();
    expect(report).toMatchObject({ ok: false, count: 2, firstBad: { code, line: 3 }, claimed: { valid: true } });
  });

  it('finds a record that was taken out, and a log whose end was cut', async () => {
    const { client, log } = withLog(5);
    const [last] = log.records.splice(-1);
    expect(await client.verifyLocally()).toMatchObject({ ok: false, firstBad: { code: 'cut_tail' } });
    if (last) log.records.push(last);
    log.records.splice(2, 1);
    expect(await client.verifyLocally()).toMatchObject({ ok: false, firstBad: { code: 'broken_link' } });
  });

  it('finds a log that was written anew under its trees', async () => {
    const { client, log } = withLog(4);
    const forged = new FakeLog();
    for (const { id, action_id } of log.records) forged.add({ action_id: String(action_id), decision: 'deny' }, { id });
    log.records.splice(0, 4, ...forged.records);
    const report = await client.verifyLocally();
    expect(report).toMatchObject({ ok: false, count: 4, firstBad: { code: 'root_mismatch' } });
  });

  it('finds a proof that leads elsewhere, though the gateway calls it verified', async () => {
    const { client, log } = withLog(6, 3);
    const proof = log.proof.bind(log);
    vi.spyOn(log, 'proof').mockImplementation((hash) => {
      const real = proof(hash);
      return real && { ...real, proof: real.proof.map((step) => ({ ...step, sibling: '1'.repeat(64) })) };
    });
    const report = await client.verifyLocally();
    expect(report).toMatchObject({ ok: false, count: 6, proofs: 0, firstBad: { code: 'root_mismatch' } });
  });

  it('cannot vouch for a float that comes without its raw text', async () => {
    const { client, log } = withLog(2);
    log.sendsRaw = false;
    expect(await client.verifyLocally()).toMatchObject({ ok: false, firstBad: { code: 'bad_hash' } });
  });

  it('goes on from an earlier report, and fetches only what is new', async () => {
    const { client, gateway, log } = withLog(2_000, 500);
    const first = await client.verifyLocally();
    log.fill(600, 300);
    gateway.requests.length = 0;
    const second = await client.verifyLocally({ from: first });
    expect(second).toMatchObject({ ok: true, count: 2_600, trees: { checked: 2, listed: 6 } });
    expect(gateway.requests.filter(({ path }) => path.includes('/audit/log?limit=1000'))).toHaveLength(1);
    expect(await client.verifyLocally({ from: second })).toMatchObject({ ok: true, count: 2_600 });
  });

  it('finds a history that was rewritten, or cut, before an earlier report', async () => {
    const { client, log } = withLog(5);
    const from = await client.verifyLocally();
    log.records.length = 3;
    log.trees.length = 0;
    expect(await client.verifyLocally({ from })).toMatchObject({ ok: false, firstBad: { code: 'cut_tail' } });
    log.records.length = 0;
    log.fill(6);
    Object.assign(log.records[4] ?? {}, { decision: 'deny' });
    expect(await client.verifyLocally({ from })).toMatchObject({ ok: false, firstBad: { code: 'rewritten' } });
  });

  it('is an error where the log is not shown, or nobody wants to know any more', async () => {
    const gateway = new FakeGateway();
    const { client } = setUp({}, gateway);
    const shown = vi
      .spyOn(gateway.log, 'page')
      .mockReturnValue({ records: [], count: 0, offset: 0, total: 5, tenant_id: '' });
    await expect(client.verifyLocally()).rejects.toThrow(VargateError);
    shown.mockRestore();
    await expect(client.verifyLocally({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('audit.merkleProof', () => {
  it('is checked here: the word of the gateway is not asked', async () => {
    const { client, log } = withLog(5);
    const [record, other] = log.records;
    const hash = record?.record_hash ?? '';
    const honest = log.proof(hash);
    expect(await client.audit.merkleProof(hash)).toMatchObject({ verified: true, leafIndex: 0, treeSize: 5 });
    for (const lie of [{ leaf_index: 1 }, { tree_size: 9 }, { tree_root: '0'.repeat(64) }, { proof: [] }]) {
      vi.spyOn(log, 'proof').mockReturnValue(honest && { ...honest, ...lie, verified: true });
      expect((await client.audit.merkleProof(hash)).verified).toBe(false);
    }
    vi.restoreAllMocks();
    const another = log.proof(other?.record_hash ?? '');
    vi.spyOn(log, 'proof').mockReturnValue(another);
    expect((await client.audit.merkleProof(hash)).verified).toBe(false);
  });
});
