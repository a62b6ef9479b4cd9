import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

/**
 * @typedef {object} Package
 * @property {string} name
 * @property {string} dir absolute
 * @property {string[]} dependencies names of the workspace packages that it needs
 * @property {boolean} published
 * @property {boolean} hasDependencies whether an install gives it a node_modules of its own
 */

const FOLDERS = ['packages', 'packages/private', '.'];

/** @returns {Package[]} every package of the workspace but the root */
export function workspace() {
  const manifests = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(ROOT, folder, entry.name))
      .filter((dir) => existsSync(join(dir, 'package.json'))),
  ).map((dir) => ({ dir, manifest: JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) }));

  const names = new Set(manifests.map(({ manifest }) => manifest.name));
  return manifests.map(({ dir, manifest }) => {
    const all = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    return {
      name: manifest.name,
      dir,
      dependencies: all.filter((name) => names.has(name)),
      published: manifest.private !== true,
      hasDependencies: all.length > 0,
    };
  });
}
