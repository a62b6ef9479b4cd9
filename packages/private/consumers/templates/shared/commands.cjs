// The commands that speak to a gateway, against one that runs.
const assert = require('node:assert/strict');
const { sallyport } = require('./gateway.cjs');

/** Runs a command with a credential; gives what it printed. */
async function remote(gateway, token, ...args) {
  const { code, output } = await sallyport(args, { RAMPART_URL: gateway.url, RAMPART_TOKEN: token });
  assert.equal(code, 0, `sallyport ${args.join(' ')}`);
  return output;
}

async function approvals(gateway, client) {
  const asked = await client.exec('sudo apt install jq');
  assert.equal(asked.decision, 'ask');
  const [waiting] = JSON.parse(await remote(gateway, gateway.approverToken, 'approvals', 'list', '--json'));
  assert.equal(waiting.id, asked.approvalId);
  await remote(gateway, gateway.approverToken, 'approvals', 'approve', waiting.id);
  assert.equal(await remote(gateway, gateway.approverToken, 'approvals', 'list', '--json'), '[]\n');
}

async function commands(gateway, client) {
  await approvals(gateway, client);
  assert.match(await remote(gateway, gateway.adminToken, 'explain', 'exec', 'rm -rf /'), /^deny /);
  assert.match(await remote(gateway, gateway.adminToken, 'explain', 'exec', 'sudo ls'), /- name: allow-exec-\w+/);
  assert.equal(JSON.parse(await remote(gateway, gateway.adminToken, 'verify', gateway.url, '--json')).ok, true);
}

module.exports = { commands };
