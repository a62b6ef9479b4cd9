import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type TestGateway, testGateway } from '../../testing/gateways.js';
import { PolicyStore } from './documents/store.js';

const POLICY = `
policies:
  - name: ask-all
    rules: [{ action: ask, message: sure?, when: { default: true } }]
`;

let t: TestGateway;
let folder = '';

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-persist-')));
  t = await testGateway({ policy: POLICY });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await t.close();
  rmSync(folder, { recursive: true });
});

const call = async (tool: string, params: object) =>
  (await t.send('POST', `/v1/tool/${tool}`, { body: { params } })).body;
const run = async (command: string) => (await call('exec', { command }))['decision'];
const ask = async (tool: string, params: object) => String((await call(tool, params))['approval_id']);
const approve = (id: string, headers = {}) =>
  t.send('POST', `/v1/approvals/${id}/resolve`, { token: t.admin, headers, body: { approved: true, persist: true } });
const approval = async (id: string) => (await t.send('GET', `/v1/approvals/${id}`, { token: t.admin })).body;
const rules = async () => (await t.send('GET', '/v1/rules/auto-allowed', { token: t.admin })).body['rules'];

describe('§5.3 a persisted command is allowed as it was sent, and in no other reading', () => {
  test.each([
    "git 'push'",
    'LD_PRELOAD=x git push',
    'env A=1 git push',
    'nohup git push',
    "sh -c 'git push'",
    'git push && git push',
    'git push;',
    'git push ',
    'git  push',
  ])('%s', async (other) => {
    expect((await approve(await ask('exec', { command: 'git push' }))).body).toMatchObject({ persisted: true });
    expect(await run('git push')).toBe('allow');
    expect(await run(other)).toBe('ask');
  });

  test('quotes, wildcards and operators are a part of it', async () => {
    const command = `echo "a*" [b]? | tee 'c d'\n\techo ü`;
    await approve(await ask('exec', { command }));
    expect([await run(command), await run(command.replace('*', 'x'))]).toEqual(['allow', 'ask']);
  });
});

describe('§5.3 what no rule can allow exactly is not persisted, and its approval stays pending', () => {
  const refused = async (tool: string, params: object, why: string) => {
    const id = await ask(tool, params);
    const { status, body } = await approve(id);
    expect([status, body['error']]).toEqual([
      422,
      `persist: no rule can allow exactly this call, because ${why}; approve it without persist, or author an explicit policy`,
    ]);
    expect(await approval(id)).toMatchObject({ status: 'pending' });
    expect(await rules()).toEqual([]);
    const { status: resolved } = await t.send('POST', `/v1/approvals/${id}/resolve`, {
      token: t.admin,
      body: { approved: true },
    });
    expect(resolved).toBe(200);
  };

  test.each([
    ['a backslash', 'echo a\\;b', 'a pattern cannot tell its \\ from /'],
    ['a control character', 'echo \u001b[31mred', 'it contains control characters'],
    ['a carriage return', 'echo a\rb', 'it contains control characters'],
    ['too many wildcards', 'echo '.padEnd(3000, '*'), 'its pattern is 8990 bytes long (max 8192)'],
  ])('a command with %s', (_what, command, why) => refused('exec', { command }, why));

  test.each([
    ['a relative path', { path: 'a.txt' }, 'its path is relative and no absolute working directory was named'],
    [
      'a relative path in a relative directory',
      { path: 'a.txt', workdir: 'b' },
      'its path is relative and no absolute working directory was named',
    ],
    ['a path that climbs', { path: '/srv/a/../b' }, 'its path climbs with ..'],
    ['a path with a newline', { path: '/srv/a\nb' }, 'it contains control characters'],
    ['a path with a backslash', { path: '/srv/a\\b' }, 'a pattern cannot tell its \\ from /'],
  ])('%s', (_what, params, why) => refused('read', params, why));

  test('a path through a link', async () => {
    symlinkSync('/etc/hosts', join(folder, 'link'));
    const path = join(folder, 'link');
    await refused('read', { path }, `${path} leads through a symbolic link to ${realpathSync('/etc/hosts')}`);
  });
});

describe('§5.3 a persisted path', () => {
  test('that was relative is allowed in the directory it was decided in, and in no other', async () => {
    const read = async (workdir: string) => (await call('read', { path: 'a.txt', workdir }))['decision'];
    expect((await approve(await ask('read', { path: 'a.txt', workdir: folder }))).body).toMatchObject({
      persisted: true,
    });
    expect([await read(folder), await read(tmpdir())]).toEqual(['allow', 'ask']);
  });

  test('is not allowed any more once it is a link to another', async () => {
    const path = join(folder, 'a.txt');
    const read = async () => (await call('read', { path }))['decision'];
    writeFileSync(path, '');
    await approve(await ask('read', { path }));
    expect(await read()).toBe('allow');
    rmSync(path);
    symlinkSync('/etc/hosts', path);
    expect(await read()).toBe('ask');
  });
});

describe('§5.3 a rule and the approval that it comes from', () => {
  test('when writing is interrupted, the approval tells of a rule that is not there, never the other way round', async () => {
    let begun = (): void => undefined;
    const writing = new Promise<void>((resolve) => {
      begun = resolve;
    });
    // Never answers: what is stored at this moment is what an end of the process would leave.
    vi.spyOn(PolicyStore.prototype, 'persist').mockImplementation(() => {
      begun();
      return new Promise(() => undefined);
    });
    const id = await ask('exec', { command: 'git push' });
    void approve(id);
    await writing;
    expect(await approval(id)).toMatchObject({ status: 'approved', persisted: true });
    expect([await rules(), await run('git push')]).toEqual([[], 'ask']);
  });

  test('a rule that cannot be written leaves the call approved, and nothing that says otherwise', async () => {
    vi.spyOn(PolicyStore.prototype, 'persist').mockRejectedValue(new Error('disk full'));
    const id = await ask('exec', { command: 'git push' });
    const headers = { 'idempotency-key': 'once' };
    expect((await approve(id, headers)).body).toMatchObject({ status: 'approved', persisted: false });
    expect(await approval(id)).toMatchObject({ status: 'approved', persisted: false });
    expect((await approve(id, headers)).body).toMatchObject({ persisted: false });
  });

  test('a request that is sent again does not bring back a rule that was deleted', async () => {
    const id = await ask('exec', { command: 'git push' });
    const headers = { 'idempotency-key': 'once' };
    await approve(id, headers);
    const [rule] = [await rules()].flat();
    const name = String(Reflect.get(Object(rule), 'name'));
    await t.send('DELETE', `/v1/rules/auto-allowed/${name}`, { token: t.admin });
    expect((await approve(id, headers)).status).toBe(200);
    expect([await rules(), await run('git push')]).toEqual([[], 'ask']);
  });
});
