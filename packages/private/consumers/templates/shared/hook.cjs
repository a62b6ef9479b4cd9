// A webhook on loopback that decides, and the policy that asks it.
const { once } = require('node:events');
const { mkdtempSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');
const { json } = require('node:stream/consumers');

const policy = (url) => `version: "1"
policies:
  - name: elsewhere
    rules:
      - { action: webhook, when: { command_matches: ["release *"] }, webhook: { url: "${url}" } }
`;

/** Denies every call that it is asked about, naming the command. */
async function startHook() {
  const server = createServer(async (request, response) => {
    const { params } = await json(request);
    response.end(JSON.stringify({ decision: 'deny', reason: `not today: ${params.command}` }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const policies = mkdtempSync(join(__dirname, 'policies-'));
  writeFileSync(join(policies, 'elsewhere.yaml'), policy(`http://127.0.0.1:${server.address().port}/`));
  return { policies, close: () => server.close() };
}

module.exports = { startHook };
