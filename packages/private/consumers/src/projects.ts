import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmInstall, run } from './shell.js';

const TEMPLATES = fileURLToPath(new URL('../templates/', import.meta.url));

/** An empty project of one kind, and how its round is started once everything is installed. */
export interface Project {
  readonly name: string;
  /** What it needs besides our packages. */
  readonly needs: readonly string[];
  /** Run once with npm's own Node, after the installation. */
  readonly prepare?: readonly string[];
  readonly entries: readonly string[];
}

export const PROJECTS: readonly Project[] = [
  { name: 'esm', needs: [], entries: ['index.mjs'] },
  { name: 'cjs', needs: [], entries: ['index.cjs'] },
  {
    name: 'typescript',
    needs: ['typescript@5.9', '@types/node@20'],
    prepare: ['node_modules/typescript/bin/tsc'],
    entries: ['index.mjs', 'common.cjs'],
  },
];

/** Makes the project in a folder of its own, with the tarballs installed as a user would install packages. */
export async function create({ name, needs, prepare }: Project, parent: string, tarballs: readonly string[]) {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  for (const template of ['shared', name]) cpSync(join(TEMPLATES, template), folder, { recursive: true });
  await npmInstall(folder, [...tarballs, ...needs]);
  if (prepare !== undefined) await run(process.execPath, prepare, { cwd: folder });
  return folder;
}
