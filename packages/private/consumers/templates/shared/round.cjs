// One whole round, whichever way the packages were loaded.
const assert = require('node:assert/strict');
const { writeFileSync } = require('node:fs');
const { commands } = require('./commands.cjs');
const { sallyport, start } = require('./gateway.cjs');
const { startHook } = require('./hook.cjs');
const { others } = require('./others.cjs');

async function round({ RampartClient, RampartClientSync, rampartFormula, verifyChainSync, ...clients }) {
  const hook = await startHook();
  const gateway = await start('--policies', hook.policies, '--allow-private-targets');
  const options = { url: gateway.url, token: gateway.token, agent: 'consumer', session: 'round' };

  const client = new RampartClient(options);
  assert.equal((await client.exec('git status')).allowed, true);
  assert.equal((await client.exec('rm -rf /')).decision, 'deny');
  assert.equal((await client.safeExec('echo hello')).output, 'hello\n');
  assert.equal((await client.exec('release now')).message, 'not today: release now');
  await commands(gateway, client);

  const blocking = new RampartClientSync(options);
  assert.equal(blocking.preflight('exec', { command: 'git status' }).allowed, true);
  blocking.close();
  await client.close();
  await others(gateway, clients);

  const today = new Date().toISOString().slice(0, 10);
  const answer = await fetch(`${gateway.url}/v1/audit/export?date=${today}`, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  const lines = (await answer.text()).trimEnd().split('\n');
  assert.ok(lines.length >= 4, `the log has ${lines.length} records`);
  assert.equal(verifyChainSync(lines, { formula: rampartFormula }).ok, true);

  writeFileSync('audit.jsonl', `${lines.join('\n')}\n`);
  assert.equal((await sallyport(['verify', 'audit.jsonl'])).code, 0);
  writeFileSync('changed.jsonl', `${lines.join('\n').replace('rm -rf /', 'rm -rf .')}\n`);
  assert.equal((await sallyport(['verify', 'changed.jsonl'])).code, 1);

  assert.equal(await gateway.stop(), 0);
  hook.close();
}

module.exports = { round };
