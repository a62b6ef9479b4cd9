// Code that cannot await asks too. Its gateway must live in another thread or process: a blocked one answers nobody.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { RampartDeniedError } from '@sallyport/rampart';
import { RampartClientSync } from '@sallyport/rampart/sync';

const cli = fileURLToPath(new URL('dist/bin.js', import.meta.resolve('sallyport/package.json')));
const serve = [cli, 'serve', '--dev', '--json', '--port', '0', '--store', 'memory'];
const gateway = spawn(process.execPath, serve, { stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => gateway.kill());
const { value: line } = await createInterface({ input: gateway.stdout })[Symbol.asyncIterator]().next();
const { url, credentials } = JSON.parse(String(line));

// From here on there is no await.
const rampart = new RampartClientSync({ url, token: credentials.rampart.token, agent: 'example' });

class Shell {
  /** A constructor cannot await, and may refuse all the same. */
  constructor(command: string) {
    rampart.enforce('exec', { command });
    console.log('allowed:', command);
  }
}

new Shell('git status');
try {
  new Shell('rm -rf /');
} catch (error) {
  if (!(error instanceof RampartDeniedError)) throw error;
  console.log('refused:', error.message);
}

const add = rampart.guard(({ a, b }: { a: number; b: number }) => a + b, { tool: 'calculator.add' });
console.log('1 + 2 =', add({ a: 1, b: 2 }));

rampart.close();
gateway.kill();
