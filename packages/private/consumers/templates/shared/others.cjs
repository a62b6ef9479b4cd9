// The clients of the other protocols, each at one call that its gateway refuses.
const assert = require('node:assert/strict');

async function meshguard({ url, credentials }, { MeshGuardClient, MeshGuardClientSync }) {
  const options = { gatewayUrl: url, agentToken: credentials.meshguard.agentToken };
  const client = new MeshGuardClient(options);
  assert.equal((await client.check('read:contacts')).allowed, true);
  await assert.rejects(() => client.enforce('delete:contacts'), { name: 'PolicyDeniedError' });
  await client.close();
  const blocking = new MeshGuardClientSync(options);
  assert.equal(blocking.check('delete:contacts').allowed, false);
  blocking.close();
}

async function aegis({ url, credentials }, { AegisClient, AegisClientSync }) {
  const options = { endpoint: url, apiKey: credentials.aegis.apiKey };
  const proposal = {
    actor: { id: 'consumer', type: 'ai-agent' },
    action: { capability: 'network.fetch', parameters: { url: 'https://example.com/' } },
  };
  const client = new AegisClient(options);
  assert.equal((await client.propose(proposal)).outcome, 'DENY');
  await client.close();
  const blocking = new AegisClientSync(options);
  assert.equal(blocking.propose(proposal).outcome, 'DENY');
  blocking.close();
  await parameterSchema({ url, credentials }, AegisClient);
}

/** The schema's library is loaded with the first schema, from wherever the bundle has put it. */
async function parameterSchema({ url, credentials }, AegisClient) {
  const admin = new AegisClient({ endpoint: url, apiKey: credentials.aegis.adminKey });
  const params = { name: `consumer.p${process.pid}`, parameterSchema: { type: 'object' } };
  assert.deepEqual((await admin.capabilities.register(params)).parameterSchema, params.parameterSchema);
  await admin.close();
}

async function others(gateway, packages) {
  await meshguard(gateway, packages);
  await aegis(gateway, packages);
}

module.exports = { others };
