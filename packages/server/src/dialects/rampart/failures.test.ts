import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestGateway, testGateway } from '../../testing/gateways.js';

let t: TestGateway;
beforeEach(async () => {
  t = await testGateway();
});
afterEach(() => t.close());

const exec = (command: string, more: object = {}) =>
  t.send('POST', '/v1/tool/exec', { body: { agent: 'a', session: 's', params: { command }, ...more } });
const breakStore = (storage: 'disk_full' | 'read_only' | null) => t.dev('faults', { storage });

const REFUSED = { error: 'audit storage is unavailable; refusing tool call' };

test('a full disk allows nothing, and recovers', async () => {
  await breakStore('disk_full');
  const pad = { params: { command: 'git status', pad: 'x'.repeat(500_000) } };
  for (const url of ['/v1/tool/exec', '/v1/preflight/exec']) {
    const { status, body } = await t.send('POST', url, { body: pad });
    expect([status, body], url).toEqual([503, REFUSED]);
  }
  await breakStore(null);
  expect((await exec('git status', pad)).status).toBe(200);
  const { body } = await t.send('GET', '/sallyport/v1/log/rampart/verify', { token: t.admin });
  expect(body).toMatchObject({ ok: true, count: 1 });
});

test('a read-only store allows nothing, and recovers', async () => {
  const asked = await exec('sudo ls');
  const resolution = `/v1/approvals/${asked.body['approval_id']}/resolve`;
  await breakStore('read_only');
  const attempts = [
    await exec('git status'),
    await exec('sudo ls'),
    await t.send('POST', '/v1/preflight/exec', { body: { params: { command: 'ls' }, enforce: true } }),
    await t.send('POST', resolution, { token: t.approver, body: { approved: true } }),
    await t.send('POST', '/v1/outcomes', { body: { audit_id: asked.body['audit_id'], status: 'ok' } }),
  ];
  for (const { status, body } of attempts) expect([status, body]).toEqual([503, REFUSED]);
  await breakStore(null);
  expect((await exec('git status')).status).toBe(200);
  expect((await t.send('POST', resolution, { token: t.approver, body: { approved: true } })).status).toBe(200);
});

test('§2.4 at most 1000 questions wait', async () => {
  const ask = (index: number) => t.send('POST', '/v1/approvals', { token: t.admin, body: { command: `${index}` } });
  for (let index = 0; index < 1000; index += 100) {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, more) => ask(index + more)));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
  }
  for (const { status, body } of [await ask(1000), await exec('sudo ls')]) {
    expect([status, body]).toEqual([503, { error: 'approval: too many pending requests (limit: 1000)' }]);
  }
});

test('one agent may take a quarter of the places for questions, and leaves the others to the rest', async () => {
  const ask = (index: number, token = t.agent) =>
    t.send('POST', '/v1/tool/exec', { token, body: { params: { command: `sudo ls ${index}` } } });
  for (let index = 0; index < 250; index += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, more) => ask(index + more)));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
  }
  const { status, body } = await ask(250);
  expect([status, body]).toEqual([
    503,
    { error: 'approval: too many pending requests of this credential (limit: 250)' },
  ]);
  const made = await t.send('POST', '/sallyport/v1/credentials', {
    token: t.admin,
    body: { dialect: 'rampart', roles: ['agent'], subject: 'other' },
  });
  expect((await ask(250, String(made.body['token']))).status, 'another agent').toBe(202);
  expect((await ask(251, t.admin)).status, 'the admin').toBe(202);
});

test('§6.3 a record stays below 2 MiB: the largest parts are left out, with their digest', async () => {
  const command = `echo ${'<'.repeat(1_000_000)}`;
  const { body } = await exec(command);
  const log = await t.send('GET', '/v1/audit/events', { token: t.admin });
  const [event] = Array.isArray(log.body['events']) ? log.body['events'] : [];
  expect(event).toMatchObject({
    id: body['audit_id'],
    request: {},
    compacted_fields: { request: { disposition: 'omitted', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
  });
  expect(JSON.stringify(event).length).toBeLessThan(2 * 1024 * 1024);
});

test('§3.2 identities beyond 8192 bytes are denied, not answered with an error', async () => {
  const { status, body } = await exec('ls', { session: 'x'.repeat(8193) });
  expect([status, body['message']]).toEqual([
    403,
    'session is 8193 bytes and exceeds the 8192-byte policy matching limit; failing closed',
  ]);
});

test.each(['/v1/tool/read', '/v1/preflight/read'])(
  '%s refuses NUL, at which a system would end a text',
  async (url) => {
    const body = '{"params":{"path":"/root/.ssh/id_rsa\\u0000.pub"}}';
    const { status, body: said } = await t.send('POST', url, { body });
    expect([status, said]).toEqual([400, { error: 'invalid request body: params.path must not contain NUL' }]);
  },
);

test('NUL is refused in whatever else is decided on', async () => {
  const send = (url: string, body: object) => t.send('POST', url, { token: t.admin, body });
  const encoded = { command_b64: Buffer.from('ls \0').toString('base64') };
  const answers = [
    await send('/v1/approvals', { tool: 'read', path: '/a\0b' }),
    await send('/v1/tool/exec', { params: encoded }),
    await send('/v1/test', { command: 'ls \0' }),
    await send('/v1/rules/learn', { tool: 'exec', args: 'ls \0', decision: 'allow' }),
  ];
  expect(answers.map(({ status, body }) => [status, body['error']])).toEqual([
    [400, 'invalid request body: path must not contain NUL'],
    [400, 'invalid tool input: command_b64 must not contain NUL'],
    [400, 'invalid request body'],
    [400, 'invalid JSON body'],
  ]);
});

test('a body of more than 10000 values is refused before it is parsed', async () => {
  const items = (count: number) => JSON.stringify({ params: { command: 'ls', items: Array(count).fill(0) } });
  expect((await t.send('POST', '/v1/tool/exec', { body: items(9_900) })).status).toBe(200);
  const { status, body } = await t.send('POST', '/v1/tool/exec', { body: items(10_001) });
  expect([status, body]).toEqual([400, { error: 'invalid request body: more than 10000 values' }]);
  // Commas in a text are none.
  const listed = { params: { command: `echo ${','.repeat(8_000)}`, note: ',['.repeat(20_000) } };
  expect((await t.send('POST', '/v1/tool/exec', { body: listed })).status).toBe(200);
});

test.each(['/v1/tool/exec', '/v1/preflight/exec'])(
  '%s refuses what would be read otherwise than it was written',
  async (url) => {
    const refused = async (params: string) => {
      const { status, body } = await t.send('POST', url, { body: `{"params":${params}}` });
      expect(status).toBe(400);
      return body['error'];
    };
    expect(await refused('{"command":"sudo \\ud800"}')).toBe(
      'invalid request body: params.command is no well-formed Unicode',
    );
    expect(await refused('{"command":"sudo x","to":[1,{"id":9007199254740993}]}')).toBe(
      'invalid request body: params.to[1].id is a number that is not held exactly; send 9007199254740993 as a string',
    );
  },
);

test('a tool’s output may hold half a surrogate pair: nothing is bound to it', async () => {
  const body = '{"params":{"command":"ls"},"response":"cut off in the middle of \\ud83d"}';
  expect((await t.send('POST', '/v1/tool/exec', { body })).status).toBe(200);
});
