import { setImmediate as turn } from 'node:timers/promises';
import { rampartFormula } from '@sallyport/verify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunningEngine } from '../../../engine/create.js';
import { silentLog } from '../../../engine/log.js';
import { type TestEngine, testEngine } from '../../../testing/engines.js';
import { stores } from '../../../testing/stores.js';
import { CHAIN } from '../events.js';
import { migrations } from '../migrations.js';
import { compilePolicies } from '../policy/compile.js';
import { canonicalCall } from './canonical.js';
import { SqlFiles } from './sql-files.js';
import { PolicyStore } from './store.js';

const ONCE = `policies:
  - name: mine
    rules:
      - { action: allow, once: true, when: { command_matches: [deploy] } }
`;
const PATH = 'store:/user-overrides.yaml';

describe.each(stores)('policy files in $name', (kind) => {
  let t: TestEngine;
  const open: PolicyStore[] = [];

  beforeEach(async () => {
    t = await testEngine(kind);
    await t.engine.store.migrate('rampart', migrations);
  });
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
    await t.close();
  });

  const callOf = (command: string) => canonicalCall('exec', { params: { command } }).call;
  const filesOf = async (engine: RunningEngine) => {
    await engine.ledger.register(CHAIN, rampartFormula);
    return new SqlFiles({ ...engine, chain: CHAIN });
  };
  const write = (files: SqlFiles, text: string) => files.change(PATH, 100, () => ({ text, answer: undefined }));
  const policiesOn = async (engine: RunningEngine) => {
    const learned = await filesOf(engine);
    const store = await PolicyStore.open({ learned, clock: t.clock, log: silentLog(), compile: compilePolicies });
    open.push(store);
    const decide = (command: string) =>
      store.current().evaluate(callOf(command), { now: t.clock.now(), callCount: () => 1, denyUnmatched: false });
    return { engine, learned, store, decide };
  };
  const withOnce = async (engine: RunningEngine) => {
    const { learned, ...rest } = await policiesOn(engine);
    await learned.change(PATH, 1000, () => ({ text: ONCE, answer: undefined }));
    await rest.store.startOver();
    return rest;
  };
  const onceOf = ({ once }: { readonly once?: Parameters<PolicyStore['claim']>[0] }) => {
    if (once === undefined) throw new Error('no rule for a single use');
    return once;
  };

  test('are none at first, and read as they were written', async () => {
    const files = await filesOf(t.engine);
    expect([await files.list(), await files.read(PATH, 10)]).toEqual([[], undefined]);
    await write(files, 'one');
    await write(files, 'zwölf');
    expect(await files.list()).toEqual(['user-overrides.yaml']);
    expect(Buffer.from((await files.read(PATH, 10)) ?? []).toString()).toBe('zwölf');
    expect(await files.read(PATH, 2)).toHaveLength(3);
  });

  test('stay as they are when a change throws or has nothing to write', async () => {
    const files = await filesOf(t.engine);
    await write(files, 'one');
    const refused = files.change(PATH, 10, () => {
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(await files.change(PATH, 10, (bytes) => ({ answer: bytes?.length }))).toBe(3);
    expect(await files.read(PATH, 10)).toHaveLength(3);
  });

  test('are changed one after the other, whoever changes them', async () => {
    const files = await filesOf(t.engine);
    const add = (letter: string) =>
      files.change(PATH, 100, (bytes) => ({ text: `${bytes ? Buffer.from(bytes) : ''}${letter}`, answer: undefined }));
    await Promise.all([...'abcdefgh'].map(add));
    expect(Buffer.from((await files.read(PATH, 100)) ?? []).toString()).toBe('abcdefgh');
  });

  test('hold rules for a single use, which can be claimed once only', async () => {
    const { store, decide } = await withOnce(t.engine);
    const rule = onceOf(decide('deploy'));
    const outcomes = await Promise.allSettled([store.claim(rule), store.claim(rule)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'rule_claimed' } });
    expect(decide('deploy').action).toBe('deny');
  });

  if (kind.durable)
    test('stay claimed after a restart', async () => {
      const { store, decide } = await withOnce(t.engine);
      await store.claim(onceOf(decide('deploy')));
      await store.close();
      const again = await policiesOn(await t.restart());
      expect([again.store.policies().count, again.decide('deploy').action]).toEqual([0, 'deny']);
    });

  test('lose their expired rules every minute', async () => {
    const { store, learned } = await policiesOn(t.engine);
    const expiring = ONCE.replace('once: true', `expires_at: ${new Date(t.clock.now() + 30_000).toISOString()}`);
    await learned.change(PATH, 1000, () => ({ text: expiring, answer: undefined }));
    await store.startOver();
    expect(store.policies().count).toBe(1);
    t.clock.advance(60_000);
    await store.settled();
    expect(Buffer.from((await learned.read(PATH, 1000)) ?? []).toString()).not.toContain('mine');
    expect(store.policies().count).toBe(0);
  });

  if (kind.name !== 'postgres') {
    test('are not looked at again, because nobody else changes them', async () => {
      const files = await filesOf(t.engine);
      const all = vi.spyOn(t.engine.store, 'all');
      const changed = vi.fn();
      const watch = files.watch('store:', changed);
      t.clock.advance(3_600_000);
      watch.close();
      expect([all.mock.calls, changed.mock.calls]).toEqual([[], []]);
    });
    return;
  }

  /** Lets seconds pass at a replica: each time its look, and what the look sets off a moment later. */
  async function pass(
    seconds: number,
    { engine, store }: { engine: RunningEngine; store: PolicyStore },
  ): Promise<void> {
    const all = vi.spyOn(engine.store, 'all');
    for (let second = 0; second < seconds; second += 1) {
      t.clock.advance(1000);
      await Promise.all(all.mock.results.map(({ value }) => value));
      await turn();
      t.clock.advance(100);
      await store.settled();
    }
    all.mockRestore();
  }

  test('changed by one replica are taken up by the others within two seconds', async () => {
    const one = await policiesOn(t.engine);
    const other = await policiesOn(await t.another());
    const { name } = await one.store.persist(callOf('git push'));
    await pass(1, other);
    expect(other.decide('git push').action).toBe('allow');
    // The last policy of all, which a replica must not take for an accident.
    await one.store.deleteAutoAllowed(name);
    await pass(1, other);
    expect(other.decide('git push').action).toBe('deny');
  });

  test('changed by two replicas at once lose nothing', async () => {
    const replicas = [await policiesOn(t.engine), await policiesOn(await t.another())];
    const commands = Array.from({ length: 8 }, (_, index) => `command-${index}`);
    await Promise.all(commands.map((command, index) => replicas[index % 2]?.store.persist(callOf(command))));
    for (const { store } of replicas) {
      const rules = await store.autoAllowed();
      expect(rules.map((rule) => rule.command_pattern).sort()).toEqual([...commands].sort());
    }
  });

  test('hold rules for a single use that one replica alone gets', async () => {
    const one = await withOnce(t.engine);
    const other = await policiesOn(await t.another());
    const outcomes = await Promise.allSettled(
      [one, other].map(({ store, decide }) => store.claim(onceOf(decide('deploy')))),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('are looked at again after the database was away for a moment, which is told once', async () => {
    const warn = vi.fn();
    const engine = { ...t.engine, log: { ...silentLog(), warn } };
    await engine.ledger.register(CHAIN, rampartFormula);
    const files = new SqlFiles({ ...engine, chain: CHAIN });
    const changed = vi.fn();
    const away = vi.spyOn(t.engine.store, 'all').mockRejectedValue(new Error('away'));
    const watch = files.watch('store:', changed);
    for (let second = 0; second < 3; second += 1) {
      t.clock.advance(1000);
      await turn();
    }
    expect([warn.mock.calls.length, changed.mock.calls.length]).toEqual([1, 0]);
    away.mockRestore();
    const back = vi.spyOn(t.engine.store, 'all');
    t.clock.advance(1000);
    await Promise.all(back.mock.results.map(({ value }) => value));
    await turn();
    expect(changed).toHaveBeenCalledOnce();
    watch.close();
  });
});
