import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SteerableClock, steerableClock } from '../../../engine/clock.js';
import { silentLog } from '../../../engine/log.js';
import { MemoryFiles } from '../../../testing/memory-files.js';
import { compilePolicies } from '../policy/compile.js';
import type { PolicyDocument, Verdict } from '../policy/model.js';
import { canonicalCall } from './canonical.js';
import { diskFiles } from './disk-files.js';
import { loadPolicies } from './load.js';
import { PolicyStore } from './store.js';

const START = Date.UTC(2027, 0, 31, 9, 30);
const ASK = 'policies:\n  - name: ask\n    rules: [{ action: ask, message: sure?, when: { default: true } }]\n';
const embedded: PolicyDocument = loadPolicies(ASK, 'embedded:test');

let folder: string;
let clock: SteerableClock;
let store: PolicyStore;

async function reopen(places: { directory?: string; embedded?: PolicyDocument }): Promise<void> {
  await store?.close();
  store = await PolicyStore.open({
    ...places,
    learned: new MemoryFiles(),
    clock,
    log: silentLog(),
    compile: compilePolicies,
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-rules-'));
  clock = steerableClock(START);
  await writeFile(join(folder, 'main.yaml'), ASK);
  await reopen({ directory: folder });
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const callOf = (tool: string, params: object) => canonicalCall(tool, { params }).call;
const facts = () => ({ now: clock.now(), callCount: () => 1, denyUnmatched: false });
const decide = (tool: string, params: object): Verdict => store.current().evaluate(callOf(tool, params), facts());
const run = (command: string) => decide('exec', { command });
const learn = (tool: string, args: string) => store.learn({ tool, args, decision: 'allow', source: 'cli' });
const fileText = (name: string) => readFile(join(folder, name), 'utf8');
const addRules = (rules: string) =>
  writeFile(join(folder, 'user-overrides.yaml'), `policies:\n  - name: mine\n    rules:\n${rules}`);

describe('learning a rule', () => {
  it('allows exactly that command from then on', async () => {
    expect(await learn('exec', 'npm test *')).toEqual({
      name: expect.stringMatching(/^user-allow-[0-9a-f]{8}$/),
      tool: 'exec',
      pattern: 'npm test [*]',
      created: true,
    });
    expect(run('npm test *')).toMatchObject({ action: 'allow', message: 'allowed by durable user override' });
    expect(run('npm test x').action).toBe('ask');
  });

  it('allows exactly that path for that tool', async () => {
    await learn('read', join(folder, 'a [1].txt'));
    expect(decide('read', { path: join(folder, 'a [1].txt') }).action).toBe('allow');
    expect(decide('write', { path: join(folder, 'a [1].txt') }).action).toBe('ask');
  });

  it('finds a rule that is there already', async () => {
    const first = await learn('exec', 'npm test');
    clock.advance(200);
    expect(await learn('exec', 'npm test')).toEqual({ ...first, created: false });
    expect(await readdir(folder)).toEqual(['main.yaml', 'user-overrides.yaml']);
  });

  it('gives two patterns with one hash two names', async () => {
    // 33 × "b" + "B" and 33 × "c" + "!" are the same number.
    const first = await learn('exec', 'bB');
    clock.advance(200);
    const second = await learn('exec', 'c!');
    expect(second.name).toBe(`${first.name}-2`);
    expect([run('bB').action, run('c!').action]).toEqual(['allow', 'allow']);
  });

  it('is limited to one in 200 ms', async () => {
    await learn('exec', 'a');
    clock.advance(199);
    await expect(learn('exec', 'b')).rejects.toMatchObject({
      code: 'rate_limited',
      message: 'learn rate limited — slow down rule writes',
    });
    clock.advance(1);
    await expect(learn('exec', 'b')).resolves.toMatchObject({ created: true });
  });

  it('does not touch a file that a person must mend first', async () => {
    await writeFile(join(folder, 'user-overrides.yaml'), 'policies: {}\n');
    await expect(learn('exec', 'a')).rejects.toMatchObject({
      code: 'write_failed',
      message: expect.stringContaining('engine: policies must be a list'),
    });
    expect(await fileText('user-overrides.yaml')).toBe('policies: {}\n');
  });

  it('refuses a pattern that no policy file could hold', async () => {
    await expect(learn('exec', 'x'.repeat(9000))).rejects.toMatchObject({ code: 'invalid_rule' });
    expect(await readdir(folder)).toEqual(['main.yaml']);
  });

  it('fails when the disk does', async () => {
    const replace = vi.spyOn(diskFiles, 'replace').mockRejectedValueOnce(new Error('ENOSPC: no space left on device'));
    await expect(learn('exec', 'a')).rejects.toMatchObject({
      code: 'write_failed',
      message: expect.stringContaining('no space left'),
    });
    replace.mockRestore();
    expect(run('a').action).toBe('ask');
  });

  it('keeps rules in memory when there is no directory', async () => {
    await reopen({ embedded });
    const { name } = await learn('exec', 'npm test');
    expect(run('npm test').action).toBe('allow');
    expect(store.policies().policies.map((policy) => policy.name)).toEqual([name, 'ask']);
    expect(await readdir(folder)).toEqual(['main.yaml']);
  });

  it('takes turns', async () => {
    const calls = ['a', 'b', 'c'].map((command) => store.persist(callOf('exec', { command })));
    await Promise.all(calls);
    expect((await store.autoAllowed()).map((rule) => rule.command_pattern)).toEqual(['a', 'b', 'c']);
  });
});

describe('persisted approvals', () => {
  it('allow exactly that call, and can be listed and deleted', async () => {
    const { name } = await store.persist(callOf('exec', { command: 'git push && ls *' }));
    expect(run('git push && ls *')).toMatchObject({ action: 'allow', message: 'auto-allowed by user rule' });
    expect(run('git push').action).toBe('ask');
    expect(await store.autoAllowed()).toEqual([
      { index: 0, tool: 'exec', command_pattern: 'git push && ls [*]', name, created: '2027-01-31T09:30:00Z' },
    ]);
    await store.deleteAutoAllowed(name);
    expect(await store.autoAllowed()).toEqual([]);
    expect(run('git push && ls *').action).toBe('ask');
  });

  it('are written once', async () => {
    const first = await store.persist(callOf('read', { path: '/srv/a' }));
    clock.advance(5000);
    expect(await store.persist(callOf('read', { path: '/srv/a' }))).toEqual({ ...first, created: false });
  });

  it('are none without a file', async () => {
    expect(await store.autoAllowed()).toEqual([]);
  });

  it('are unknown under another name', async () => {
    await expect(store.deleteAutoAllowed('x')).rejects.toMatchObject({
      code: 'unknown_rule',
      message: 'no rule with name "x"',
    });
  });

  it('may be the last policies to go', async () => {
    await rm(join(folder, 'main.yaml'));
    const { name } = await store.persist(callOf('exec', { command: 'a' }));
    expect(store.policies().count).toBe(1);
    await store.deleteAutoAllowed(name);
    expect([store.policies().count, run('a').action]).toEqual([0, 'deny']);
  });

  it('say when the rest of the files does not load', async () => {
    const { name } = await store.persist(callOf('exec', { command: 'a' }));
    await writeFile(join(folder, 'main.yaml'), 'default_action: x\n');
    await expect(store.deleteAutoAllowed(name)).rejects.toMatchObject({
      code: 'reload_failed',
      message: expect.stringMatching(/^policy written but reload failed: engine: invalid default_action "x"/),
    });
  });
});

describe('a rule for a single use', () => {
  const ONCE = '      - { action: allow, once: true, when: { command_matches: [deploy] } }\n';

  async function onceRule() {
    const { once } = run('deploy');
    if (!once) throw new Error('no rule for a single use');
    return once;
  }

  it('is gone when it was claimed', async () => {
    await addRules(`      # kept\n      - { action: deny, when: { command_matches: [other] } }\n${ONCE}`);
    await store.reload();
    await store.claim(await onceRule());
    expect(run('deploy').action).toBe('ask');
    expect(await fileText('user-overrides.yaml')).toContain('# kept');
    expect(await fileText('user-overrides.yaml')).not.toContain('once');
  });

  it('can be claimed once only, also at the same time', async () => {
    await addRules(ONCE);
    await store.reload();
    const rule = await onceRule();
    const outcomes = await Promise.allSettled([store.claim(rule), store.claim(rule), store.claim(rule)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(outcomes[1]).toMatchObject({
      reason: { code: 'rule_claimed', message: 'one-time authorization could not be claimed; failing closed' },
    });
  });

  it('can be claimed as often as it is written', async () => {
    await addRules(ONCE + ONCE);
    await store.reload();
    await store.claim(await onceRule());
    await store.claim(await onceRule());
    expect(run('deploy').action).toBe('ask');
  });

  it('is found though it moved in its file and another has taken its line', async () => {
    await addRules(ONCE);
    await store.reload();
    const rule = await onceRule();
    await addRules(`      - { action: allow, once: true, when: { command_matches: [other] } }\n${ONCE}`);
    await store.claim(rule);
    expect([run('other').action, run('deploy').action]).toEqual(['allow', 'ask']);
  });

  it('cannot be claimed when its file cannot be written', async () => {
    await addRules(ONCE);
    await store.reload();
    const replace = vi.spyOn(diskFiles, 'replace').mockRejectedValueOnce(new Error('EROFS: read-only file system'));
    await expect(store.claim(await onceRule())).rejects.toMatchObject({ code: 'rule_claimed' });
    replace.mockRestore();
    await expect(store.claim(await onceRule())).resolves.toBeUndefined();
  });

  it('stays claimed when other files keep the policies from loading', async () => {
    await addRules(ONCE);
    await store.reload();
    const rule = await onceRule();
    await writeFile(join(folder, 'main.yaml'), 'default_action: x\n');
    await store.claim(rule);
    await expect(store.claim(rule)).rejects.toMatchObject({ code: 'rule_claimed' });
  });
});

describe('expired rules', () => {
  it('are taken out of the directory every minute', async () => {
    await addRules(
      [
        '      - { action: allow, expires_at: 2027-01-31T09:30:30Z, when: { command_matches: [a] } }',
        '      - { action: allow, expires_at: 2027-01-31T09:31:30Z, when: { command_matches: [b] } }',
        '',
      ].join('\n'),
    );
    await store.reload();
    expect(run('a').action).toBe('allow');
    clock.advance(60_000);
    await store.settled();
    await vi.waitFor(async () => expect(await fileText('user-overrides.yaml')).not.toContain('09:30:30'));
    await store.settled();
    expect([run('a').action, run('b').action]).toEqual(['ask', 'allow']);
    clock.advance(60_000);
    await vi.waitFor(async () => expect(await fileText('user-overrides.yaml')).not.toContain('mine'));
    await turn();
    await store.settled();
    expect(store.policies().count).toBe(1);
  });
});
