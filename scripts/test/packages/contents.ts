import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../setup/root.mjs';
import { failOn, type Step } from '../step.js';
import { type Packed, pack } from './pack.js';

const REQUIRED = ['package.json', 'README.md', 'LICENSE'];
const ALLOWED = /^(dist\/|(package\.json|README\.md|LICENSE|CHANGELOG\.md)$)/;

/**
 * Kilobytes of tarball that a package may weigh, about a fifth above what it does. What grows past its budget was added
 * without anybody noticing. The command line has its libraries bundled, so that it starts in a few files: undici, zod,
 * fastify, kysely, yaml and re2 are most of it. The server carries three protocols, each twice: for `import` and `require`.
 */
const BUDGET: Readonly<Record<string, number>> = { sallyport: 1150, '@sallyport/server': 760 };
const USUAL_BUDGET = 150;

function problemsOf({ name, dir, size, contents }: Packed): readonly string[] {
  const budget = BUDGET[name] ?? USUAL_BUDGET;
  const built = contents.filter((path) => /\.(js|cjs|ts|cts)$/.test(path));
  return [
    ...REQUIRED.filter((path) => !contents.includes(path)).map((path) => `lacks ${path}`),
    ...contents.filter((path) => !ALLOWED.test(path) || /\.test\./.test(path)).map((path) => `contains ${path}`),
    ...built
      .filter((path) => existsSync(join(dir, path)) && readFileSync(join(dir, path), 'utf8').includes(ROOT))
      .map((path) => `names a folder of this machine in ${path}`),
    ...(size > budget * 1024 ? [`weighs ${Math.ceil(size / 1024)} KB; its budget is ${budget} KB`] : []),
  ].map((problem) => `${name} ${problem}.`);
}

/** What is in the tarballs is what is meant to be, and no more. */
export const contents: Step = {
  name: 'contents',
  async run() {
    failOn((await pack()).flatMap(problemsOf));
    return undefined;
  },
};
