import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type TestGateway, testGateway } from '../../testing/gateways.js';

const POLICY = `
version: "1"
default_action: allow
policies:
  - name: commands
    match: { tool: exec }
    rules:
      - { action: ask, when: { command_matches: ["npm publish*"] } }
      - { action: deny, when: { command_matches: ["rm *"] } }
      - { action: allow, when: { command_matches: ["ls"] } }
`;

let folder = '';
let t: TestGateway;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-explain-'));
  await writeFile(join(folder, 'release.yaml'), POLICY);
  t = await testGateway({ rampart: { policyDirectory: folder, profile: 'none' } });
});
afterEach(async () => {
  await t.close();
  await rm(folder, { recursive: true });
});

interface Told {
  readonly decision: string;
  readonly as: object;
  readonly default: { readonly action: string; readonly because: string; readonly applied: boolean };
  readonly remedies: readonly { readonly what: string; readonly file?: string; readonly yaml?: string }[];
}

async function explain(command: string, agent?: string, tool = 'exec'): Promise<Told> {
  const call = { tool, params: { command }, ...(agent !== undefined && { agent }) };
  const body = { dialect: 'rampart', call };
  const { status, text } = await t.send('POST', '/sallyport/v1/explain', { token: t.admin, body });
  expect(status).toBe(200);
  return JSON.parse(text);
}

async function name(agent: string, more: object = {}): Promise<{ id: string; token: string }> {
  const { body } = await t.send('POST', '/sallyport/v1/credentials', {
    token: t.admin,
    body: { dialect: 'rampart', roles: ['agent'], subject: agent, ...more },
  });
  return { id: String(Reflect.get(Object(body['credential']), 'id')), token: String(body['token']) };
}

async function decide(token: string, command: string, agent = 'somebody'): Promise<unknown> {
  return (await t.send('POST', '/v1/tool/exec', { token, body: { agent, params: { command } } })).body['decision'];
}

/** Writes a remedy where it says that it belongs, and loads the policies again. */
async function follow({ file = '', yaml = '' }: Told['remedies'][number]): Promise<void> {
  await writeFile(file, `version: "1"\npolicies:\n${yaml}`);
  expect((await t.send('POST', '/v1/policy/reload', { token: t.admin })).status).toBe(200);
}

describe('the credential’s view', () => {
  test('an agent that no token names falls under the default action, and it is said where that comes from', async () => {
    const told = await explain('make', 'builder');
    expect(told).toMatchObject({ decision: 'allow', as: { agent: 'builder' }, default: { applied: true } });
    expect(told.default).toMatchObject({ action: 'allow', because: expect.stringContaining('release.yaml') });
    expect(told.default.because).toContain('no token names agent "builder"');
  });

  test('an agent that a token names is denied what nothing matches, as its call is', async () => {
    const { id, token } = await name('builder');
    const told = await explain('make', 'builder');
    expect(told).toMatchObject({ decision: 'deny', as: { agent: 'builder', credential: id } });
    expect(told.default).toMatchObject({ action: 'deny', applied: true, because: expect.stringContaining(id) });
    expect(await decide(token, 'make')).toBe('deny');
  });

  test('the policy file that the token is bound to is all that counts', async () => {
    await writeFile(
      join(folder, 'other.yaml'),
      'version: "1"\npolicies:\n  - { name: o, rules: [{ action: allow }] }\n',
    );
    await t.send('POST', '/v1/policy/reload', { token: t.admin });
    const { token } = await name('bound', { policy: 'release' });
    const told = await explain('make', 'bound');
    expect(told).toMatchObject({ decision: 'deny', as: { policy: 'release' } });
    expect(await decide(token, 'make')).toBe('deny');
    expect((await explain('make', 'free')).decision).toBe('allow');
  });

  test('tokens that are revoked or expired name nobody', async () => {
    const { id } = await name('builder');
    await name('builder', { expiresAt: t.clock.now() + 1000 });
    t.clock.advance(1000);
    await t.send('DELETE', `/sallyport/v1/credentials/${id}`, { token: t.admin });
    expect((await explain('make', 'builder')).as).toEqual({ agent: 'builder' });
  });

  test('a default is not said to apply where a rule decided', async () => {
    expect((await explain('ls', 'builder')).default.applied).toBe(false);
  });
});

describe('what can be done', () => {
  test('nothing of it names a command that is not ours', async () => {
    await name('builder');
    for (const command of ['make', 'npm publish', 'rm x']) {
      const told = await explain(command, 'builder');
      expect(told.remedies.length).toBeGreaterThan(0);
      expect(JSON.stringify(told)).not.toContain('rampart allow');
    }
  });

  test('nothing matched: the policy to add, with its file, and it does let the call through', async () => {
    const { token } = await name('builder');
    const [remedy] = (await explain('make "a*"', 'builder')).remedies;
    expect(remedy).toMatchObject({ file: join(folder, 'user-overrides.yaml') });
    expect(parse(remedy?.yaml ?? '')).toMatchObject([
      { match: { tool: ['exec'] }, rules: [{ action: 'allow', when: { command_matches: ['make "a[*]"'] } }] },
    ]);
    if (remedy !== undefined) await follow(remedy);
    expect([await decide(token, 'make "a*"'), await decide(token, 'make all')]).toEqual(['allow', 'deny']);
  });

  test('an ask: a human, or a policy that outranks it', async () => {
    const [human, remedy] = (await explain('npm publish')).remedies;
    expect(human).toMatchObject({ command: 'sallyport approvals approve ID' });
    if (remedy !== undefined) await follow(remedy);
    expect(await decide(t.agent, 'npm publish')).toBe('allow');
  });

  test('a deny: an exception to the very rule', async () => {
    const [remedy] = (await explain('rm x')).remedies;
    expect(remedy).toMatchObject({
      what: expect.stringContaining('rule 1 of policy "commands"'),
      file: join(folder, 'release.yaml'),
      yaml: 'command_not_matches:\n  - rm x\n',
    });
    const file = join(folder, 'release.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('["rm *"]', '["rm *"], command_not_matches: ["rm x"]'));
    await t.send('POST', '/v1/policy/reload', { token: t.admin });
    expect([await decide(t.agent, 'rm x'), await decide(t.agent, 'rm y')]).toEqual(['allow', 'deny']);
  });

  test('what is too dangerous is told so, and nothing else', async () => {
    expect((await explain('rm -rf /')).remedies).toEqual([{ what: expect.stringContaining('too dangerous') }]);
  });

  test('what is let through needs nothing', async () => {
    expect((await explain('ls')).remedies).toEqual([]);
  });

  test('a call that cannot be judged is no matter of policy', async () => {
    const told = await explain('x'.repeat(9000));
    expect(told).toMatchObject({ decision: 'deny', remedies: [], default: { applied: false } });
  });

  test.each(['a\u0007b', 'a\ud800b', 'a\nb: [c', '"}\u2028', '*'.repeat(3000)])(
    '%j breaks nothing',
    async (command) => {
      await name('builder');
      const [remedy] = (await explain(command, 'builder')).remedies;
      if (remedy?.yaml !== undefined) expect(parse(remedy.yaml)).toHaveLength(1);
    },
  );

  test('whatever is asked about, there is an answer, and its YAML is a policy', async () => {
    await name('builder');
    const subject = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('rm x; ls', 'npm publish && rm y'),
    );
    const call = fc.record({
      tool: fc.constantFrom('exec', 'read', 'fetch', 'mcp', 'my-tool'),
      params: fc.record({ command: subject, path: subject, url: subject }, { requiredKeys: [] }),
      agent: fc.constantFrom('builder', 'other'),
    });
    await fc.assert(
      fc.asyncProperty(call, async (asked) => {
        const body = { dialect: 'rampart', call: asked };
        const { status, text } = await t.send('POST', '/sallyport/v1/explain', { token: t.admin, body });
        expect([200, 400]).toContain(status);
        if (status === 400) return;
        const { remedies }: Told = JSON.parse(text);
        for (const { yaml } of remedies) if (yaml?.startsWith('- ')) expect(parse(yaml)).toHaveLength(1);
      }),
    );
  });

  test('without a policy directory it says where the file would have to be', async () => {
    const alone = await testGateway({ policy: 'version: "1"\n' });
    const body = { dialect: 'rampart', call: { tool: 'exec', params: { command: 'make' } } };
    const { text } = await alone.send('POST', '/sallyport/v1/explain', { token: alone.admin, body });
    await alone.close();
    expect(JSON.parse(text).remedies).toMatchObject([{ what: expect.stringContaining('serve --policies') }]);
  });

  test('a rule of a built-in profile is replaced by a policy of its name', async () => {
    const standard = await testGateway();
    const body = { dialect: 'rampart', call: { tool: 'read', params: { path: '/home/u/.aws/credentials' } } };
    const { text } = await standard.send('POST', '/sallyport/v1/explain', { token: standard.admin, body });
    await standard.close();
    expect(JSON.parse(text)).toMatchObject({
      decision: 'deny',
      remedies: [{ what: expect.stringContaining('"block-credential-access" in a file of your own') }],
    });
  });
});
