import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What is made, not written. */
export const MADE = ['node_modules', 'dist', '.tsbuild', '.git'];

/**
 * Every file at or below a path, in one order on every machine.
 * @param {string} path absolute; a missing one has no files
 * @param {(name: string) => boolean} skip by file or folder name
 * @returns {string[]}
 */
export function files(path, skip = (name) => MADE.includes(name)) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !skip(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? files(join(path, entry.name), skip) : [join(path, entry.name)]));
}
