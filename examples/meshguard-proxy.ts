// An agent that reaches a service through the gateway only: what policy refuses never arrives there.
import { createServer } from 'node:http';
import { MeshGuardClient, PolicyDeniedError } from '@sallyport/meshguard';
import { createGateway } from '@sallyport/server';

const seen: string[] = [];
const service = createServer(({ method, url, headers }, response) => {
  // The agent's token stays at the gateway.
  seen.push(`${method} ${url}, token: ${headers.authorization ?? 'none'}`);
  response.writeHead(url === '/api/records/1' ? 403 : 200).end('from the service');
});
await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
const address = service.address();
if (address === null || typeof address === 'string') throw new Error('The service has no port.');

const gateway = await createGateway({ dev: true, meshguard: { proxyTarget: `http://127.0.0.1:${address.port}` } });
const gatewayUrl = await gateway.listen({ port: 0 });
const { agentToken = '', adminToken = '' } = gateway.credentials['meshguard'] ?? {};
const agent = new MeshGuardClient({ gatewayUrl, agentToken });

const contacts = await agent.get('/api/contacts', { action: 'read:contacts' });
console.log('contacts:', contacts.status, await contacts.text());

// The service's own 403 is an answer; only the gateway's is an error.
const record = await agent.get('/api/records/1', { action: 'read:records' });
console.log('a record:', record.status, await record.text());

const refusal: unknown = await agent.delete('/api/contacts/1').catch((error: unknown) => error);
if (!(refusal instanceof PolicyDeniedError)) throw refusal;
console.log('deleting:', refusal.action, '-', refusal.reason);

for (const request of seen) console.log('the service saw', request);

// Whoever administers the gateway adds a policy, and it counts at once.
const admin = new MeshGuardClient({ gatewayUrl, adminToken });
await admin.applyPolicy({
  name: 'no-contacts-today',
  version: '1',
  appliesTo: { tags: ['development'] },
  rules: [{ effect: 'deny', actions: ['read:contacts'], reason: 'Not today' }],
});
console.log('contacts now:', (await agent.check('read:contacts')).reason);

await admin.close();
await agent.close();
await gateway.close();
service.close();
