// A function that runs only when the gateway allows it, and only with the arguments that were decided on.
import { PolicyDeniedError } from '@sallyport/core';
import { RampartClient } from '@sallyport/rampart';
import { createGateway } from '@sallyport/server';

const gateway = await createGateway({ dev: true });
const url = await gateway.listen({ port: 0 });
const { token = '' } = gateway.credentials['rampart'] ?? {};
const rampart = new RampartClient({ url, token, agent: 'example' });

const files = new Map([['notes.txt', 'buy milk']]);
// Policies see a call of the tool "read" with the param "path".
const read = rampart.guard((path: string) => files.get(path) ?? 'no such file', { tool: 'read' });

console.log('notes.txt:', await read('notes.txt'));

// The profile that a gateway starts with knows where keys are kept.
const refusal: unknown = await read('/home/me/.ssh/id_ed25519').catch((error: unknown) => error);
if (!(refusal instanceof PolicyDeniedError)) throw refusal;
console.log('id_ed25519:', refusal.reason);

// What the function returns is looked at as well, and redacted where a rule says so.
files.set('config.txt', `key=AKIA${'Q'.repeat(16)}`);
console.log('config.txt:', await read('config.txt'));

await rampart.close();
await gateway.close();
