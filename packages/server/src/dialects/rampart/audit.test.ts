import { rampartFormula, verifyChain } from '@sallyport/verify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, parseStore } from '../../store/open.js';
import { plain } from '../../store/work.js';
import { type TestGateway, testGateway } from '../../testing/gateways.js';
import { stores, type TestStore } from '../../testing/stores.js';

const sqlite = stores.find(({ name }) => name === 'sqlite');
if (sqlite === undefined) throw new TypeError('these tests need a file');

let place: TestStore;
let t: TestGateway;
const open = () => testGateway({ store: place.address });
beforeEach(async () => {
  place = await sqlite.create();
  t = await open();
});
afterEach(async () => {
  await t.close();
  await place.remove();
});

const exec = (command: string, agent = 'a') =>
  t.send('POST', '/v1/tool/exec', { body: { agent, session: 's', params: { command } } });
const audit = (path: string) => t.send('GET', `/v1/audit/${path}`, { token: t.admin });

/** Changes the database while no gateway has it open, and opens one again. */
async function restartAfter(sql: string): Promise<void> {
  await t.gateway.close();
  const store = await openStore(parseStore(place.address));
  await store.work(
    (function* () {
      yield plain(sql);
    })(),
  );
  await store.close();
  t = await open();
}

test.each(['events', 'stats'])(
  '%s tells nothing when a column of an old record is not what the record says',
  async (path) => {
    await Promise.all(Array.from({ length: 300 }, () => exec('ls')));
    await restartAfter("UPDATE records SET verdict = 'deny' WHERE chain = 'rampart' AND seq = 3");
    const { status, body } = await audit(path);
    expect([status, body]).toEqual([
      500,
      { error: expect.stringContaining('the column "verdict" is not what the record'), code: 'ledger_damaged' },
    ]);
    const verified = await t.send('GET', '/sallyport/v1/log/rampart/verify', { token: t.admin });
    expect(verified.body).toMatchObject({ ok: false, firstBad: { line: 4, code: 'changed_column' } });
  },
);

test('a log that was changed far back is handed out as it is, and takes no more decisions once that is known', async () => {
  const change = (from: string, to: string) =>
    `UPDATE records SET text = replace(text, '"${from}"', '"${to}"') WHERE chain = 'rampart' AND seq = 3`;
  const verify = () => t.send('GET', '/sallyport/v1/log/rampart/verify', { token: t.admin });
  const refused = { error: 'audit storage is unavailable; refusing tool call', code: 'ledger_damaged' };
  await Promise.all(Array.from({ length: 1400 }, () => exec('ls')));

  await restartAfter(change('ls', 'rm'));
  expect((await exec('ls')).status, 'nobody has looked yet').toBe(200);
  const days = await audit('dates');
  expect([days.status, days.body['dates']]).toEqual([200, ['2026-04-11']]);
  for (const url of ['/v1/audit/export?date=2026-04-11', '/sallyport/v1/log/rampart/export']) {
    const { status, headers, text } = await t.send('GET', url, { token: t.admin });
    expect([status, headers['sallyport-ledger-damaged']]).toEqual([200, expect.stringContaining('(bad_hash: ')]);
    const report = await verifyChain([Buffer.from(text)], { formula: rampartFormula });
    expect(report).toMatchObject({ ok: false, firstBad: { line: 4, code: 'bad_hash' } });
  }
  const asked = [
    await exec('ls'),
    await t.send('POST', '/v1/preflight/exec', { body: { params: { command: 'ls' } } }),
    await t.send('POST', '/v1/approvals', { token: t.admin, body: { tool: 'exec', command: 'ls' } }),
  ];
  for (const { status, body } of asked) expect([status, body]).toEqual([503, refused]);

  await restartAfter(change('rm', 'ls'));
  expect([(await audit('stats')).status, (await exec('ls')).status]).toEqual([200, 200]);

  await restartAfter(change('ls', 'rm'));
  expect((await verify()).body).toMatchObject({ ok: false, firstBad: { line: 4 } });
  expect((await exec('ls')).body, 'an operator has looked').toEqual(refused);
  await t.dev('reset');
  expect((await exec('ls')).status, 'a new log').toBe(200);
});

test('a column of one of the last records that was changed stops the start', async () => {
  await exec('ls');
  await expect(restartAfter("UPDATE records SET actor = 'eve' WHERE chain = 'rampart'")).rejects.toMatchObject({
    code: 'ledger_damaged',
  });
  t = await testGateway();
});

test('every kind of record says in its columns what its text says', async () => {
  const long = 'x'.repeat(5000);
  await exec('ls', long);
  await exec('rm -rf /', 'b"\\<>&\u2028é😀');
  const asked = await exec('sudo ls', 'c');
  const denied = await exec('sudo id', 'c');
  const resolve = (id: unknown, approved: boolean) =>
    t.send('POST', `/v1/approvals/${id}/resolve`, { token: t.admin, body: { approved, persist: approved } });
  await resolve(asked.body['approval_id'], true);
  await resolve(denied.body['approval_id'], false);
  await exec('sudo -k', 'c');
  t.clock.advance(600_000);
  await t.send('POST', '/v1/outcomes', { body: { audit_id: asked.body['audit_id'], status: 'ok', output: 'o' } });
  await t.send('POST', `/v1/hosted-approvals/${asked.body['audit_id']}/resolve`, {
    token: t.admin,
    body: { outcome: 'approved', resolved_at: '2020-01-01T00:00:00Z' },
  });
  await t.send('POST', '/v1/approvals', { token: t.admin, body: { tool: 'exec', command: 'x', agent: 'd' } });
  const { body } = await t.send('GET', '/sallyport/v1/log/rampart/verify', { token: t.admin });
  expect(body).toMatchObject({ ok: true });
  expect(Number(body['count'])).toBeGreaterThan(9);
});

test('an agent or a tool of any name is counted', async () => {
  for (const name of ['__proto__', 'constructor', '1']) {
    await t.send('POST', `/v1/tool/${name}`, { body: { agent: name, session: name } });
  }
  const { text } = await audit('stats');
  const { by_tool, by_agent, by_session } = JSON.parse(text);
  for (const tally of [by_tool, by_agent, by_session]) {
    expect(Object.entries(tally).sort()).toEqual([
      ['1', 1],
      ['__proto__', 1],
      ['constructor', 1],
    ]);
  }
});
