import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { CACHE, ROOT } from './root.mjs';

/**
 * SHA-256 over names and contents, so that a touched file is no news and a changed one is.
 * @param {string[]} paths files and folders, absolute; missing ones count as missing
 * @param {(name: string) => boolean} [skip] by file or folder name
 * @param {string[]} [more] further facts to hash
 */
export function fingerprint(paths, skip = () => false, more = []) {
  const hash = createHash('sha256').update(JSON.stringify(more));
  for (const file of paths.flatMap((path) => files(path, skip))) {
    const content = readFileSync(file);
    hash.update(`${relative(ROOT, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} path @param {(name: string) => boolean} skip @returns {string[]} */
function files(path, skip) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !skip(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? files(join(path, entry.name), skip) : [join(path, entry.name)]));
}

/** A remembered fingerprint: `npm start` does nothing that it has already done. @param {string} name */
export function stamp(name) {
  const file = join(CACHE, `${name.replaceAll('/', '+')}.stamp`);
  return {
    /** @param {string} value */
    matches: (value) => existsSync(file) && readFileSync(file, 'utf8') === value,
    clear: () => rmSync(file, { force: true }),
    /** @param {string} value */
    write(value) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, value);
    },
  };
}
