// Whoever keeps one checkpoint can tell whether the log was only appended to since, without believing the gateway.
import { RampartClient } from '@sallyport/rampart';
import { createGateway } from '@sallyport/server';
import { LogWatcher, noteVerifier, VerificationError } from '@sallyport/verify';

const gateway = await createGateway({ dev: true });
const url = await gateway.listen({ port: 0 });
const { token = '' } = gateway.credentials['rampart'] ?? {};
const agent = new RampartClient({ url, token });
const log = `${url}/sallyport/v1/log/rampart`;
const get = (path: string) => fetch(`${log}/${path}`, { headers: { authorization: `Bearer ${token}` } });

await agent.exec('git status');
const first = await get('checkpoint');
// The operator publishes this key once; a watcher keeps it in its configuration.
const verifiers = [noteVerifier(first.headers.get('sallyport-checkpoint-key') ?? '')];
const watcher = new LogWatcher({ origin: 'sallyport/rampart', verifiers });
console.log(watcher.observe(await first.text()).outcome, 'checkpoint, of', watcher.state?.size, 'records');

await agent.exec('rm -rf /');
await agent.exec('git push');
const from = watcher.state?.size;
const next = await (await get('checkpoint')).text();
const { proof } = Object(await (await get(`consistency?from=${from}`)).json());
const hashes = Array.isArray(proof) ? proof.map((hash) => Buffer.from(String(hash), 'hex')) : [];
console.log(watcher.observe(next, hashes).outcome, 'to', watcher.state?.size, 'records');

try {
  watcher.observe(next.replace(/\n3\n/, '\n2\n'));
} catch (error) {
  if (!(error instanceof VerificationError)) throw error;
  console.log('a changed checkpoint is refused:', error.code);
}

await agent.close();
await gateway.close();
