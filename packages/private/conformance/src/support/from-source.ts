import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Arguments of `node` that run a TypeScript file on the workspace's sources. Relative paths start at this file. */
export function fromSource(file: string, args: readonly string[]): string[] {
  const path = isAbsolute(file) ? file : fileURLToPath(new URL(file, import.meta.url));
  return ['--conditions=@sallyport/source', '--import', tsx, path, ...args];
}
