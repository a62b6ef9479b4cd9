import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { files } from './files.mjs';
import { CACHE, ROOT } from './root.mjs';

/**
 * SHA-256 over names and contents, so that a touched file is no news and a changed one is.
 * @param {string[]} paths files and folders, absolute; missing ones count as missing
 * @param {(name: string) => boolean} [skip] see `files`
 * @param {string[]} [more] further facts to hash
 */
export function fingerprint(paths, skip = undefined, more = []) {
  const hash = createHash('sha256').update(JSON.stringify(more));
  for (const file of paths.flatMap((path) => files(path, skip))) {
    const content = readFileSync(file);
    hash.update(`${relative(ROOT, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
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
