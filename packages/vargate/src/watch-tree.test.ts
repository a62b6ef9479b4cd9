import { describe, expect, it, vi } from 'vitest';
import { setUp } from './fixture/setup.js';
import { VargateError, VerificationError } from './index.js';

function withTrees(count: number) {
  const { client, gateway } = setUp();
  gateway.log.fill(count * 3, 3);
  return { client, gateway, log: gateway.log };
}

describe('watchTree', () => {
  it('takes the first trees on trust, and remembers them', async () => {
    const { client, log } = withTrees(2);
    const { outcome, state, added } = await client.watchTree();
    expect(outcome).toBe('first');
    expect(added.map(({ treeIndex }) => treeIndex)).toEqual([1, 0]);
    expect(state).toMatchObject({ treeIndex: 1, recordCount: 3, roots: log.trees.map(({ root }) => root) });
  });

  it('accepts later trees that go on from those it knows', async () => {
    const { client, gateway, log } = withTrees(2);
    await client.watchTree();
    expect(await client.watchTree()).toMatchObject({ outcome: 'unchanged', added: [] });
    log.fill(6, 3);
    const { outcome, state, added } = await client.watchTree();
    expect([outcome, state?.treeIndex, state?.roots.length, added.length]).toEqual(['advanced', 3, 4, 2]);
    expect(gateway.requests.at(-1)?.path).toBe('/api/audit/merkle/consistency/1/3');
  });

  it('says so while there is no tree', async () => {
    const { client, log } = withTrees(0);
    expect(await client.watchTree()).toEqual({ outcome: 'empty', added: [] });
    log.fill(3);
    expect(await client.watchTree()).toMatchObject({ outcome: 'first' });
  });

  it('goes on from what another process remembered', async () => {
    const { client, gateway, log } = withTrees(2);
    const saved = JSON.stringify((await client.watchTree()).state);
    log.fill(3);
    const later = setUp({}, gateway).client;
    expect(await later.watchTree({ state: JSON.parse(saved) })).toMatchObject({
      outcome: 'advanced',
      state: { treeIndex: 2 },
    });
  });
});

describe('watchTree refuses', () => {
  async function refusal(change: (known: ReturnType<typeof withTrees>) => void) {
    const known = withTrees(3);
    const { state } = await known.client.watchTree();
    change(known);
    const error: unknown = await known.client.watchTree().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VerificationError);
    expect(error).toBeInstanceOf(VargateError);
    // After a refusal it still knows what it knew.
    const { log } = known;
    vi.restoreAllMocks();
    log.records.length = 0;
    log.trees.length = 0;
    expect(await known.client.watchTree({ ...(state && { state }) }).catch((e: unknown) => e)).toMatchObject({
      code: 'cut_tail',
    });
    return error;
  }

  it('a log whose last tree is gone', async () => {
    expect(await refusal(({ log }) => log.trees.pop())).toMatchObject({ code: 'cut_tail' });
  });

  it('a last tree that is another one', async () => {
    const change = ({ log }: ReturnType<typeof withTrees>) => {
      const last = log.trees.pop();
      if (last) log.trees.push({ ...last, root: '1'.repeat(64) });
    };
    expect(await refusal(change)).toMatchObject({ code: 'rewritten' });
  });

  it('an earlier tree that is another one, also where all links fit', async () => {
    const change = ({ log }: ReturnType<typeof withTrees>) => {
      const trees = log.trees.splice(0);
      log.trees.push(
        ...trees.map((tree, index) => ({
          ...tree,
          ...(index === 0 && { root: '1'.repeat(64) }),
          ...(index === 1 && { previous: '1'.repeat(64) }),
        })),
      );
    };
    expect(await refusal(change)).toMatchObject({ code: 'rewritten' });
  });

  it('the last tree under other records', async () => {
    const change = ({ log }: ReturnType<typeof withTrees>) => {
      const last = log.trees.pop();
      if (last) log.trees.push({ ...last, members: last.members.slice(1) });
    };
    expect(await refusal(change)).toMatchObject({ code: 'rewritten' });
  });

  it('a new tree that does not name the last one', async () => {
    const change = ({ log }: ReturnType<typeof withTrees>) => {
      log.fill(3);
      const last = log.trees.pop();
      if (last) log.trees.push({ ...last, previous: '1'.repeat(64) });
    };
    expect(await refusal(change)).toMatchObject({ code: 'broken_link' });
  });

  it('more new trees than it can see', async () => {
    const change = ({ log }: ReturnType<typeof withTrees>) => {
      log.fill(6, 1);
      const roots = log.roots.bind(log);
      vi.spyOn(log, 'roots').mockImplementation(() => roots(2));
    };
    expect(await refusal(change)).toMatchObject({ code: 'unanchored_range' });
  });

  it('trees that the gateway itself does not find consistent', async () => {
    const { client, gateway, log } = withTrees(2);
    const { state } = await client.watchTree();
    log.fill(3);
    const answer = { tree_n: 1, tree_m: 2, consistent: false, reason: 'root_mismatch' };
    const fetch = async (url: string, init: RequestInit) =>
      url.includes('/consistency/') ? Response.json(answer) : gateway.fetch(url, init);
    const doubting = setUp({ fetch }).client;
    await expect(doubting.watchTree({ ...(state && { state }) })).rejects.toMatchObject({ code: 'rewritten' });
  });

  it.each([{}, { treeIndex: 0 }, { treeIndex: 0, roots: ['x'], recordCount: 1, fromRecordId: 1, toRecordId: 1 }])(
    'a state that is none: %j',
    async (state) => {
      const { client, gateway } = withTrees(1);
      const watch = Reflect.apply(client.watchTree, client, [{ state }]);
      await expect(watch).rejects.toMatchObject({ code: 'malformed_state' });
      expect(gateway.requests).toEqual([]);
    },
  );
});
