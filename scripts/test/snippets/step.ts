import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { files } from '../../setup/files.mjs';
import { ROOT } from '../../setup/root.mjs';
import { workspace } from '../../setup/workspace.mjs';
import { failOn, type Step } from '../step.js';
import { compile } from './compile.js';
import { snippetsOf } from './extract.js';

function documents(): readonly string[] {
  const published = workspace().filter((pkg) => pkg.published);
  return [
    join(ROOT, 'README.md'),
    ...files(join(ROOT, 'docs')).filter((file) => file.endsWith('.md')),
    ...published.flatMap(({ dir }) => files(join(dir, 'README.md'))),
    ...published.flatMap(({ dir }) => files(join(dir, 'src'))).filter((file) => /(?<!\.test)\.ts$/.test(file)),
  ];
}

/** Every example that a reader could copy compiles against the packages as they are published. */
export const snippets: Step = {
  name: 'examples',
  async run() {
    const found = documents().flatMap((file) => snippetsOf(file, readFileSync(file, 'utf8')));
    failOn(compile(found));
    return { passed: found.length, failed: 0 };
  },
};
