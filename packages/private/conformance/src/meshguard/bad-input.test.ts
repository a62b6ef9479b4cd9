import { ConfigurationError } from '@sallyport/core';
import { MeshGuardError } from '@sallyport/meshguard';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { caught } from '../support/caught.js';
import { type Mesh, startMesh } from '../support/mesh.js';
import { sendBytes } from '../support/raw-http.js';

const MEGABYTE = 1024 * 1024;

describe('bad input', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh({ clients: { maxRetries: 0 } });
  });
  beforeEach(() => mesh.dev('reset'));
  afterAll(() => mesh.close());

  const request = (headers: readonly string[], path = '/proxy/check') => {
    const lines = [
      `GET ${path} HTTP/1.1`,
      'Host: x',
      'Connection: close',
      `Authorization: Bearer ${mesh.tokens.agent}`,
    ];
    return sendBytes(mesh.url, Buffer.from(`${[...lines, ...headers].join('\r\n')}\r\n\r\n`, 'latin1'));
  };

  test.each([
    ['none', []],
    ['an empty one', ['X-MeshGuard-Action: ']],
    ['a blank one', ['X-MeshGuard-Action:    ']],
    ['two in one', ['X-MeshGuard-Action: read:x, delete:y']],
    ['two', ['X-MeshGuard-Action: read:x', 'X-MeshGuard-Action: delete:y']],
    ['two that are spelt differently', ['X-MeshGuard-Action: read:x', 'x-meshguard-ACTION: delete:y']],
    ['the same one twice', ['X-MeshGuard-Action: read:x', 'X-MeshGuard-Action: read:x']],
    ['a bare CR', ['X-MeshGuard-Action: read:x\rdelete:y']],
    ['a bare LF', ['X-MeshGuard-Action: read:x\ndelete:y']],
    ['a folded line', ['X-MeshGuard-Action: read:x', ' delete:y']],
    ['a NUL', ['X-MeshGuard-Action: read:x\0']],
    ['a tab', ['X-MeshGuard-Action: read:\tx']],
    ['Latin-1', ['X-MeshGuard-Action: read:\xe9']],
    ['UTF-8', [`X-MeshGuard-Action: read:${Buffer.from('é').toString('latin1')}`]],
    ['one that is too long', [`X-MeshGuard-Action: read:${'x'.repeat(600)}`]],
  ] as const)('an action header with %s is 400, and nothing is decided', async (_what, headers) => {
    expect((await request(headers)).status).toBe(400);
    expect((await mesh.admin.auditStats()).total).toBe(0);
  });

  test.each([
    'read:a\r\nX-MeshGuard-Action: delete:b',
    'read:\n',
    'read:a,delete:b',
    'read:é',
    '',
    ' read:x',
    'read:x ',
  ])('the client does not send the action %j', async (action) => {
    for (const call of [() => mesh.agent.check(action), () => mesh.agent.get('/api/contacts', { action })]) {
      const error = await caught(Promise.resolve().then<unknown>(call));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error).toBeInstanceOf(MeshGuardError);
    }
    const { body } = await mesh.send('GET', '/__sallyport/journal', { token: mesh.tokens.admin });
    expect(JSON.stringify(body)).not.toContain('/proxy/');
  });

  test('no header of the caller’s can say another action than the one that was asked about, however it is spelt', async () => {
    for (const name of ['X-MeshGuard-Action', 'x-meshguard-action', 'X-MESHGUARD-ACTION']) {
      const headers = { [name]: 'read:x' };
      expect((await mesh.agent.check('delete:x', { headers })).allowed).toBe(false);
      expect(await caught(mesh.agent.get('/api/contacts', { action: 'delete:x', headers }))).toMatchObject({
        code: 'policy_denied',
      });
    }
  });

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['a number out of range', '{"n":1e999}'],
    ['nesting', `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`],
  ])('metadata that is %s is 400', async (_what, meta) => {
    expect((await request(['X-MeshGuard-Action: read:x', `X-MeshGuard-Meta: ${meta}`])).status).toBe(400);
  });

  test('metadata without bytes of its own is none, and cannot reach what every object has', async () => {
    const rules = [{ effect: 'allow', actions: ['*'], conditions: { 'context.constructor': { exists: true } } }];
    await mesh.admin.applyPolicy({ name: 'development', appliesTo: { tags: ['development'] }, rules });
    for (const meta of ['', '{}', 'null', '{"__proto__":{"constructor":1}}']) {
      const answer = await mesh.send('GET', '/proxy/check', {
        action: 'read:x',
        headers: { 'X-MeshGuard-Meta': meta },
      });
      expect([meta, answer.status]).toEqual([meta, 403]);
    }
  });

  const rule = { effect: 'allow', actions: ['read:*'] };
  const policy = (more: object) => ({ name: 'p', appliesTo: { tags: ['development'] }, rules: [rule], ...more });

  test.each<[what: string, status: number, body: string | object]>([
    ['nothing', 400, ''],
    ['no JSON and no YAML', 400, '{"name": "p", '],
    ['broken YAML', 400, 'name: [p\nrules'],
    ['a list', 400, '[1]'],
    ['a text', 400, 'just text'],
    ['null', 400, 'null'],
    ['no name', 400, policy({ name: undefined })],
    ['a name with a slash', 400, policy({ name: '../p' })],
    ['no rules', 400, policy({ rules: [] })],
    ['a rule that is a text', 400, policy({ rules: ['allow'] })],
    ['an unknown effect', 400, policy({ rules: [{ ...rule, effect: 'maybe' }] })],
    ['an unknown tier', 400, policy({ appliesTo: { trustTiers: ['royal'] } })],
    ['an unknown selector', 400, policy({ appliesTo: { everybody: ['yes'] } })],
    ['a rate limit of none', 400, policy({ rateLimits: { requestsPerMinute: 0 } })],
    ['more than 256 KiB', 413, policy({ description: 'x'.repeat(257 * 1024) })],
    ['more than a megabyte', 413, policy({ description: 'x'.repeat(MEGABYTE) })],
    ['1001 rules', 400, policy({ rules: Array.from({ length: 1001 }, () => rule) })],
    ['1001 patterns', 400, policy({ rules: [{ ...rule, actions: Array.from({ length: 1001 }, (_, i) => `a${i}`) }] })],
    ['a pattern of 5000 characters', 400, policy({ rules: [{ ...rule, actions: ['x'.repeat(5000)] }] })],
    [
      'aliases that unfold without end',
      400,
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nname: *d\nrules: []\n`,
    ],
    ['a key twice', 400, 'name: p\nname: q\nrules: []\n'],
  ])('a policy that is %s is refused with %i, and nothing changes', async (_what, status, body) => {
    const answer = await mesh.send('POST', '/admin/policies', { admin: true, body });
    expect([answer.status, answer.body['message']]).toEqual([status, expect.any(String)]);
    expect((await mesh.admin.listPolicies()).map(({ name }) => name)).toEqual(['development']);
  });

  test.each<[what: string, conditions: object]>([
    ['an operator that is none', { amount: { above: 5 } }],
    ['an operand of the wrong type', { amount_max: 'many' }],
    ['a time range that is none', { time_range: 'office hours' }],
    ['a pattern that is a number', { 'resource.matches': 17 }],
    ['a name that every object has', { constructor: { equals: 1 }, __proto__: { a: 1 }, hasOwnProperty: 'x' }],
    ['a path through a text', { 'resource.length.x': { gte: 1 } }],
    ['null', { channel: null, 'context.a': null }],
    ['an empty list', { 'context.a': [], channel: { in: [] } }],
  ])('conditions with %s break nothing: they grant nothing, and lift no restriction', async (_what, conditions) => {
    const rules = [
      { name: 'grant', effect: 'allow', actions: ['write:grant'], conditions },
      { name: 'ask', effect: 'require_approval', actions: ['write:ask'], conditions: { nobody_knows: 1 } },
      { name: 'deny', effect: 'deny', actions: ['write:deny'], conditions: { nobody_knows: 1 } },
      { name: 'rest', effect: 'allow', actions: ['write:deny', 'write:ask'] },
    ];
    await mesh.admin.applyPolicy({ name: 'development', appliesTo: { tags: ['development'] }, rules });
    const facts = { resource: 'r', context: { amount: 1, a: null } };
    expect(await mesh.agent.check('write:grant', facts)).toMatchObject({ allowed: false });
    expect(await mesh.agent.check('write:ask', facts)).toMatchObject({ allowed: false, rule: 'ask' });
    expect(await mesh.agent.check('write:deny', facts)).toMatchObject({ allowed: false, rule: 'deny' });
  });

  test('patterns that would take a backtracking engine for ever are matched at once', async () => {
    const actions = [`${'*a'.repeat(200)}*b`];
    await mesh.admin.applyPolicy({
      name: 'development',
      appliesTo: { tags: ['development'] },
      rules: [{ effect: 'allow', actions }],
    });
    const began = performance.now();
    expect((await mesh.agent.check(`read:${'a'.repeat(500)}`)).allowed).toBe(false);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test.each<[what: string, body: string]>([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a list', '[]'],
    ['no name', '{}'],
    ['a name that is empty', '{"name":""}'],
    ['a name with a line end', '{"name":"a\\nb"}'],
    ['an unknown tier', '{"name":"a","trustTier":"royal"}'],
    ['tags that are no list', '{"name":"a","tags":"x"}'],
    ['a tag that is a number', '{"name":"a","tags":[1]}'],
    ['half of a surrogate pair', '{"name":"\\ud800"}'],
    ['metadata that is a list', '{"name":"a","metadata":[]}'],
    ['nesting', `{"name":"a","metadata":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}}`],
  ])('an agent that is %s is refused with 400', async (_what, body) => {
    const answer = await mesh.send('POST', '/admin/agents', { admin: true, body });
    expect([answer.status, answer.body['error']]).toEqual([400, 'Bad Request']);
    const changed = await mesh.send('PATCH', '/admin/agents/agent_demo', { admin: true, body });
    expect([200, 400]).toContain(changed.status);
    expect((await mesh.admin.listAgents()).map(({ name }) => name)).toEqual(['documented-agent', 'demo-agent']);
  });
});
