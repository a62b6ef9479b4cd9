// Ask about a command, and really run it: refused, held for a human, run, or ended when it takes too long.
import { TimeoutError } from '@sallyport/core';
import { RampartClient } from '@sallyport/rampart';
import { createGateway } from '@sallyport/server';

const gateway = await createGateway({ dev: true });
const url = await gateway.listen({ port: 0 });
const { token = '' } = gateway.credentials['rampart'] ?? {};
const rampart = new RampartClient({ url, token, agent: 'example' });

for (const command of ['echo hello from the shell', 'rm -rf /', 'sudo reboot']) {
  const result = await rampart.safeExec(command);
  if (!result.blocked) console.log(`${command}: exit code ${result.exitCode}, ${result.output.trim()}`);
  else if (result.approvalId === undefined) console.log(`${command}: refused, ${result.reason}`);
  else console.log(`${command}: waits for approval ${result.approvalId}, ${result.reason}`);
}

// Whatever the command has started ends with it.
const late: unknown = await rampart
  .safeExec('node -e "setInterval(() => {}, 1000)" & wait', { runTimeoutMs: 500 })
  .catch((error: unknown) => error);
if (!(late instanceof TimeoutError)) throw late;
console.log('too slow:', late.message);

await rampart.close();
await gateway.close();
