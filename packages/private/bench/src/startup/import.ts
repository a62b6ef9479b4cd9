import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { interleave } from '../harness/interleave.js';
import type { Row } from '../harness/row.js';

const ROUNDS = 9;
const FOLDER = fileURLToPath(new URL('../..', import.meta.url));

/** Loads the client in a new process and prints milliseconds, or the bytes of code that came with it. */
const time = (name: string): string => `
  const began = performance.now();
  await import('${name}');
  console.log(performance.now() - began);`;
const size = (name: string): string => `
  import { statSync } from 'node:fs';
  import { createRequire, register } from 'node:module';
  import { MessageChannel } from 'node:worker_threads';
  const { port1, port2 } = new MessageChannel();
  const hooks = \`
    let port;
    export const initialize = (data) => { port = data; };
    export const load = async (url, context, next) => {
      const loaded = await next(url, context);
      if (loaded.format === 'module') port.postMessage(url);
      return loaded;
    };\`;
  register('data:text/javascript,' + encodeURIComponent(hooks), { data: port2, transferList: [port2] });
  const files = new Set();
  port1.on('message', (url) => files.add(url));
  await import('${name}');
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const file of Object.keys(createRequire(import.meta.url).cache)) files.add(file);
  let bytes = 0;
  for (const file of files) bytes += statSync(file.startsWith('file:') ? new URL(file) : file).size;
  console.log(bytes);
  process.exit();`;

const run = (code: string): number =>
  Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: FOLDER, encoding: 'utf8' }));

const PACKAGES = ['@sallyport/rampart', '@sallyport/meshguard', '@sallyport/aegis'];

/** What an agent pays for having a client at all. */
export async function importCost(): Promise<readonly Row[]> {
  const ms = await interleave(ROUNDS, Object.fromEntries(PACKAGES.map((name) => [name, () => run(time(name))])));
  return PACKAGES.flatMap((name): readonly Row[] => [
    { name: `import "${name}", cold`, value: ms[name] ?? Number.NaN, unit: 'ms', better: 'less' },
    { name: `import "${name}", code loaded`, value: run(size(name)) / 1024, unit: 'KB', better: 'less' },
  ]);
}
