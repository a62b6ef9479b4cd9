import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TEST_MASTER_KEY } from '../../testing/engines.js';
import { type TestGateway, testGateway } from '../../testing/gateways.js';
import { stores, type TestStore } from '../../testing/stores.js';

const POLICY = `
version: "1"
policies:
  - name: ask-all
    rules: [{ action: ask, message: sure?, when: { default: true } }]
`;

describe.each(stores)('rules of a gateway without a policy directory, on $name', (kind) => {
  let place: TestStore;
  let t: TestGateway;
  const open: TestGateway[] = [];

  const start = async () => {
    // The ids of a second start are not those of the first.
    const seed = `start ${open.length}`;
    t = await testGateway({ policy: POLICY, store: place.address, masterKey: TEST_MASTER_KEY, seed });
    open.push(t);
  };
  const restart = async () => {
    await t.close();
    await start();
  };

  beforeEach(async () => {
    place = await kind.create();
    await start();
  });
  afterEach(async () => {
    for (const gateway of open.splice(0)) await gateway.close();
    await place.remove();
  });

  const run = async (command: string) =>
    (await t.send('POST', '/v1/tool/exec', { body: { params: { command } } })).body;
  const verdict = async (command: string) => (await run(command))['decision'];
  const learn = (args: string) =>
    t.send('POST', '/v1/rules/learn', { token: t.admin, body: { tool: 'exec', args, decision: 'allow' } });
  const autoAllowed = async () => (await t.send('GET', '/v1/rules/auto-allowed', { token: t.admin })).body['rules'];
  const persist = async (command: string) => {
    const { approval_id } = await run(command);
    const body = { approved: true, persist: true };
    return t.send('POST', `/v1/approvals/${String(approval_id)}/resolve`, { token: t.admin, body });
  };
  const steer = (path: string, body: object = {}) => t.dev(path, body);

  if (kind.durable) {
    test('a learned rule survives a restart', async () => {
      expect((await learn('npm test')).status).toBe(201);
      await restart();
      expect(await run('npm test')).toMatchObject({ decision: 'allow', message: 'allowed by durable user override' });
      expect(await verdict('npm install')).toBe('ask');
      expect((await learn('npm test')).status).toBe(409);
    });

    test('a persisted approval survives a restart, and so does its end', async () => {
      expect((await persist('git push')).body).toMatchObject({ persisted: true });
      await restart();
      expect(await run('git push')).toMatchObject({ decision: 'allow', message: 'auto-allowed by user rule' });
      const [rule] = [await autoAllowed()].flat();
      expect(rule).toMatchObject({ command_pattern: 'git push' });
      const name = String(Reflect.get(Object(rule), 'name'));
      expect((await t.send('DELETE', `/v1/rules/auto-allowed/${name}`, { token: t.admin })).status).toBe(200);
      await restart();
      expect([await autoAllowed(), await verdict('git push')]).toEqual([[], 'ask']);
    });

    test.each(['a\x07b', 'lone \ud800 half', '"\'`: # é 🎉', 'x\n- name: y', `${'x'.repeat(4000)}*`])(
      'whatever is learned reads back after a restart: %j',
      async (args) => {
        expect(await learn(args)).toMatchObject({ status: 201 });
        await restart();
        expect(await learn(args)).toMatchObject({ status: 409 });
      },
    );
  }

  test('a reset forgets them, and how lately one was learned', async () => {
    await learn('npm test');
    await persist('git push');
    expect((await steer('reset')).status).toBe(200);
    expect([await verdict('npm test'), await verdict('git push')]).toEqual(['ask', 'ask']);
    expect(await autoAllowed()).toEqual([]);
    expect((await learn('npm test')).status).toBe(201);
    expect(await verdict('npm test')).toBe('allow');
  });

  test('a snapshot brings back those of its moment, and no others', async () => {
    await learn('npm test');
    const { snapshot } = (await steer('snapshot')).body;
    t.clock.advance(200);
    await learn('npm run build');
    await steer('reset');
    expect((await steer('restore', { snapshot })).status).toBe(200);
    expect([await verdict('npm test'), await verdict('npm run build')]).toEqual(['allow', 'ask']);
  });

  test('a store that does not take a rule is told of with 503, and the rule does not count', async () => {
    await steer('faults', { storage: 'read_only' });
    expect((await learn('npm test')).status).toBe(503);
    await steer('faults');
    expect(await verdict('npm test')).toBe('ask');
    t.clock.advance(200);
    expect((await learn('npm test')).status).toBe(201);
  });
});
