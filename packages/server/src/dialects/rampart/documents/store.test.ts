import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type SteerableClock, steerableClock } from '../../../engine/clock.js';
import { MemoryFiles } from '../../../testing/memory-files.js';
import { compilePolicies } from '../policy/compile.js';
import type { PolicyDocument, Verdict } from '../policy/model.js';
import { canonicalCall } from './canonical.js';
import type { PolicyStoreEvent } from './live-policies.js';
import { loadPolicies } from './load.js';
import { PolicyStore } from './store.js';

const START = Date.UTC(2027, 0, 31, 9, 30);
const DENY_X =
  'policies:\n  - name: deny-x\n    rules: [{ action: deny, message: no x, when: { command_matches: [x] } }]\n';
const DENY_Y =
  'policies:\n  - name: deny-y\n    rules: [{ action: deny, message: no y, when: { command_matches: [y] } }]\n';

const embedded = loadPolicies(
  'default_action: deny\npolicies:\n  - name: rest\n    priority: 10000\n    rules: [{ action: ask, message: sure?, when: { default: true } }]\n',
  'embedded:test',
);

interface Bench {
  readonly files: MemoryFiles;
  readonly clock: SteerableClock;
  readonly store: PolicyStore;
  readonly events: PolicyStoreEvent[];
  readonly log: { error: ReturnType<typeof vi.fn> };
  decide(command: string): Verdict;
  /** Lets so much time pass, and what it sets off finish. */
  pass(ms: number): Promise<void>;
}

const open: PolicyStore[] = [];

afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});

async function bench(
  texts: Readonly<Record<string, string>>,
  places: { primary?: string; directory?: string; embedded?: PolicyDocument } = { directory: 'd' },
): Promise<Bench> {
  const files = new MemoryFiles(texts);
  const clock = steerableClock(START);
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const store = await PolicyStore.open({ ...places, files, learned: files, clock, log, compile: compilePolicies });
  open.push(store);
  const events: PolicyStoreEvent[] = [];
  store.subscribe((event) => events.push(event));
  return {
    files,
    clock,
    store,
    events,
    log,
    decide: (command) =>
      store.current().evaluate(canonicalCall('exec', { params: { command } }).call, {
        now: clock.now(),
        callCount: () => 1,
        denyUnmatched: false,
      }),
    async pass(ms) {
      clock.advance(ms);
      // What a timer sets off queues itself in steps.
      for (let step = 0; step < 5; step += 1) {
        await turn();
        await store.settled();
      }
    },
  };
}

const names = (store: PolicyStore) => store.policies().policies.map(({ name }) => name);

describe('a policy store opens', () => {
  it('with the primary file first, then the directory, then the embedded profile', async () => {
    const texts = { 'c/main.yaml': DENY_X, 'd/b.yml': DENY_Y, 'd/notes.txt': 'no policy', 'd/.hidden.yaml': '{' };
    const { store } = await bench(texts, { primary: 'c/main.yaml', directory: 'd', embedded });
    expect(names(store)).toEqual(['deny-x', 'deny-y', 'rest']);
    expect(store.status()).toEqual({ configPath: 'c/main.yaml', policies: 3, rules: 3 });
    expect(store.summary().summary).toBe('3 active rules loaded; default action: deny');
  });

  it('with the first default action of the layers', async () => {
    const texts = {
      'd/a.yaml': DENY_X,
      'd/auto-allowed.yaml': 'default_action: deny\n',
      'd/z.yaml': 'default_action: allow\n',
    };
    const { store } = await bench(texts, { directory: 'd', embedded });
    expect(store.current().defaultAction).toBe('allow');
  });

  it('with the embedded profile alone', async () => {
    const { store, decide } = await bench({}, { embedded });
    expect(decide('anything').action).toBe('ask');
    expect(store.status().configPath).toBe('embedded:test');
  });

  it('not without the primary file', async () => {
    await expect(bench({}, { primary: 'c/main.yaml', embedded })).rejects.toThrow(
      'engine: read policy file: no such file (c/main.yaml)',
    );
  });

  it('not with a file that does not load', async () => {
    await expect(bench({ 'd/a.yaml': 'policies: {}\n' })).rejects.toThrow(
      'engine: policies must be a list (d/a.yaml:1:11)',
    );
  });

  it('not with two files of the directory that define the same policy', async () => {
    await expect(bench({ 'd/a.yaml': DENY_X, 'd/b.yaml': DENY_X })).rejects.toThrow(
      'engine: duplicate policy name "deny-x"',
    );
  });
});

describe('hot reload', () => {
  it('takes a change up after 100 ms of quiet', async () => {
    const { files, decide, events, pass } = await bench({ 'd/a.yaml': DENY_X }, { directory: 'd', embedded });
    await pass(100);
    await files.replace('d/a.yaml', DENY_Y);
    await pass(99);
    expect(decide('x').action).toBe('deny');
    await pass(1);
    expect([decide('x').action, decide('y').action]).toEqual(['ask', 'deny']);
    expect(events).toEqual([
      { type: 'reloaded', policies: 2, rules: 2, ms: 0, revision: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });

  it('misses no write that follows right after', async () => {
    const { files, store, pass } = await bench({ 'd/a.yaml': DENY_X });
    await files.replace('d/b.yaml', DENY_Y);
    await pass(100);
    await files.replace('d/c.yaml', 'policies:\n  - name: third\n');
    await pass(100);
    expect(names(store)).toEqual(['deny-x', 'deny-y', 'third']);
  });

  it('notices new and removed files', async () => {
    const { files, store, pass } = await bench({ 'd/a.yaml': DENY_X });
    await files.replace('d/b.yaml', DENY_Y);
    await pass(100);
    expect(names(store)).toEqual(['deny-x', 'deny-y']);
    files.remove('d/a.yaml');
    await pass(100);
    expect(names(store)).toEqual(['deny-y']);
  });

  it('notices that the primary file was replaced, and not what happens beside it', async () => {
    const { files, store, pass } = await bench({ 'c/main.yaml': DENY_X }, { primary: 'c/main.yaml' });
    await pass(100);
    const read = vi.spyOn(files, 'read');
    await files.replace('c/other.yaml', DENY_Y);
    await pass(100);
    expect(read).not.toHaveBeenCalled();
    await files.replace('c/main.yaml', DENY_Y);
    await pass(100);
    expect(names(store)).toEqual(['deny-y']);
  });

  it('takes up what changed before the watch began', async () => {
    const files = new MemoryFiles({ 'd/a.yaml': DENY_X });
    const clock = steerableClock(START);
    const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const opening = PolicyStore.open({ directory: 'd', files, learned: files, clock, log, compile: compilePolicies });
    const watch = vi.spyOn(files, 'watch').mockImplementationOnce(() => ({ close: () => undefined }));
    const store = await opening;
    open.push(store);
    expect(watch).toHaveBeenCalledOnce();
    await files.replace('d/a.yaml', DENY_Y);
    clock.advance(100);
    await turn();
    await store.settled();
    expect(names(store)).toEqual(['deny-y']);
  });

  it('looks again every minute, should a change go by unnoticed', async () => {
    const { files, store, pass } = await bench({ 'd/a.yaml': DENY_X });
    await pass(100);
    vi.spyOn(files, 'read').mockImplementation(async () => Buffer.from(DENY_Y));
    await pass(60_000);
    expect(names(store)).toEqual(['deny-y']);
  });

  it('looks once when the clock jumps ahead by a year, and goes on', async () => {
    const { files, store, pass } = await bench({ 'd/a.yaml': DENY_X });
    await pass(100);
    const list = vi.spyOn(files, 'list');
    await pass(365 * 24 * 3_600_000);
    expect(list).toHaveBeenCalledOnce();
    vi.spyOn(files, 'read').mockImplementation(async () => Buffer.from(DENY_Y));
    await pass(60_000);
    expect(names(store)).toEqual(['deny-y']);
  });

  it('does not compile what has not changed', async () => {
    const { files, store, events, pass } = await bench({ 'd/a.yaml': DENY_X });
    const before = store.current();
    await files.replace('d/a.yaml', DENY_X);
    await pass(100);
    expect(store.current()).toBe(before);
    expect(events).toEqual([]);
  });

  it('keeps the old policies when a file does not load, and says so once', async () => {
    const { files, decide, events, log, pass } = await bench({ 'd/a.yaml': DENY_X });
    await files.replace('d/a.yaml', 'policies: [\n');
    await pass(100);
    await pass(120_000);
    expect(decide('x').action).toBe('deny');
    expect(events).toEqual([
      {
        type: 'reload_failed',
        error: expect.stringMatching(/^engine: reload failed: engine: parse policy file: .*d\/a\.yaml:2:1/),
      },
    ]);
    expect(log.error).toHaveBeenCalledOnce();
    await files.replace('d/a.yaml', DENY_X);
    await pass(100);
    await files.replace('d/a.yaml', 'policies: [\n');
    await pass(100);
    expect(log.error).toHaveBeenCalledTimes(2);
  });

  it('is rejected when nothing would be left', async () => {
    const { files, decide, events, pass } = await bench({ 'd/a.yaml': DENY_X });
    await files.replace('d/a.yaml', '');
    await pass(100);
    expect(decide('x').action).toBe('deny');
    expect(events).toEqual([
      { type: 'reload_failed', error: 'engine: reload rejected — policy count dropped from 1 to 0' },
    ]);
  });

  it('goes on when a listener fails', async () => {
    const { files, store, events, log, pass } = await bench({ 'd/a.yaml': DENY_X });
    const stop = store.subscribe(() => {
      throw new Error('listener');
    });
    const later: PolicyStoreEvent[] = [];
    store.subscribe((event) => later.push(event));
    await files.replace('d/a.yaml', DENY_Y);
    await pass(100);
    expect([names(store), events.length, later.length]).toEqual([['deny-y'], 1, 1]);
    expect(log.error).toHaveBeenCalledOnce();
    stop();
    await files.replace('d/a.yaml', DENY_X);
    await pass(100);
    expect(log.error).toHaveBeenCalledOnce();
  });

  it('ends when the store is closed', async () => {
    const { files, store, pass } = await bench({ 'd/a.yaml': DENY_X });
    await store.close();
    await files.replace('d/a.yaml', DENY_Y);
    await pass(120_000);
    expect(names(store)).toEqual(['deny-x']);
  });
});

describe('a reload that is asked for', () => {
  it('tells what it loaded', async () => {
    const { files, store } = await bench({ 'd/a.yaml': DENY_X });
    await files.replace('d/b.yaml', DENY_Y);
    expect(await store.reload()).toEqual({ policies: 2, rules: 2, ms: 0 });
  });

  it('is limited to one a second', async () => {
    const { store, clock } = await bench({ 'd/a.yaml': DENY_X });
    await store.reload();
    clock.advance(999);
    await expect(store.reload()).rejects.toMatchObject({
      code: 'rate_limited',
      message: 'reload rate limited, try again in 1 second',
    });
    clock.advance(1);
    await expect(store.reload()).resolves.toBeDefined();
  });

  it('fails with the reason', async () => {
    const { files, store } = await bench({ 'd/a.yaml': DENY_X });
    await files.replace('d/a.yaml', 'default_action: x\n');
    await expect(store.reload()).rejects.toMatchObject({
      code: 'reload_failed',
      message: 'engine: reload failed: engine: invalid default_action "x" (d/a.yaml:1:17)',
    });
  });
});

describe('a policy directory that is replaced', () => {
  const file = (folder: string, text: string) => writeFile(join(folder, 'p.yaml'), text);
  const replaced: readonly [string, (directory: string) => Promise<void>][] = [
    [
      'by a new one',
      async (directory) => {
        await rm(directory, { recursive: true });
        await mkdir(directory);
        await file(directory, DENY_Y);
      },
    ],
    [
      'by a link that leads elsewhere',
      async (directory) => {
        const next = `${directory}-next`;
        await mkdir(next);
        await file(next, DENY_Y);
        await rm(directory, { recursive: true });
        await symlink(next, directory);
      },
    ],
  ];

  it.each(replaced)('%s is noticed within about a second, and is watched from then on', async (_how, replace) => {
    const parent = await mkdtemp(join(tmpdir(), 'sallyport-replaced-'));
    const directory = join(parent, 'policies');
    await mkdir(directory);
    await file(directory, DENY_X);
    const clock = steerableClock(START);
    const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const parts = { learned: new MemoryFiles(), clock, log, compile: compilePolicies };
    const store = await PolicyStore.open({ directory, ...parts });
    open.push(store);
    const names = () => store.policies().policies.map(({ name }) => name);
    const pass = async (ms: number) => {
      clock.advance(ms);
      await store.settled();
    };
    try {
      await pass(150);
      await replace(directory);
      await pass(1000);
      await pass(150);
      expect(names()).toEqual(['deny-y']);

      const noticed = vi.waitFor(async () => {
        await pass(150);
        expect(names()).toEqual(['deny-x']);
      });
      await file(directory, DENY_X);
      await noticed;
    } finally {
      await rm(parent, { recursive: true });
    }
  });
});
