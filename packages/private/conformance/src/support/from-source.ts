import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const { resolve } = createRequire(import.meta.url);
// The worker of a blocking client inherits the require hook; what is given with --import does not reach it on Node 20.
const hooks = ['--require', resolve('tsx/cjs'), '--import', pathToFileURL(resolve('tsx')).href];

/** Arguments of `node` that run a TypeScript file on the workspace's sources. Relative paths start at this file. */
export function fromSource(file: string, args: readonly string[]): string[] {
  const path = isAbsolute(file) ? file : fileURLToPath(new URL(file, import.meta.url));
  return ['--conditions=@sallyport/source', ...hooks, path, ...args];
}
