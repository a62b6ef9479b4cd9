import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { quietly } from './child.mjs';
import { MADE } from './files.mjs';
import { fingerprint, stamp } from './fingerprint.mjs';
import { dependencyFingerprint } from './install.mjs';
import { progress } from './progress.mjs';
import { ROOT } from './root.mjs';
import { workspace } from './workspace.mjs';

const TSUP = join(ROOT, 'node_modules/tsup/dist/cli-default.js');
const SHARED = ['tsup.base.ts', 'tsconfig.base.json', 'scripts/setup/build.mjs'].map((name) => join(ROOT, name));

/** Neither outputs nor tests change what is built. @param {string} name */
const skip = (name) => MADE.includes(name) || /\.(test\.ts|md)$/.test(name);

/**
 * Builds each published package whose sources, or whose dependencies, have changed since it was built.
 * @param {{ types: boolean }} what declarations take most of the time, and nothing that only runs needs them
 */
export async function build({ types }) {
  const packages = new Map(workspace().flatMap((pkg) => (pkg.published ? [[pkg.name, pkg]] : [])));
  const installed = dependencyFingerprint();
  /** @type {Map<string, Promise<string>>} */
  const under = new Map();

  /** @param {string} name @returns {Promise<string>} the fingerprint that it was built from */
  const once = (name) => {
    const running = under.get(name) ?? one(name);
    under.set(name, running);
    return running;
  };

  /** @param {string} name */
  const one = async (name) => {
    const pkg = packages.get(name);
    if (pkg === undefined) throw new Error(`${name} is not a published package.`);
    const below = await Promise.all(pkg.dependencies.map(once));
    const wanted = fingerprint([pkg.dir, ...SHARED], skip, [installed, ...below]);
    const whole = stamp(`build-${name}`);
    const code = stamp(`build-code-${name}`);
    const fresh = whole.matches(wanted) || (!types && code.matches(wanted));
    if (!fresh || !existsSync(join(pkg.dir, 'dist'))) {
      whole.clear();
      code.clear();
      await progress(`Building ${basename(pkg.dir)}`, () => bundle(pkg.dir, types));
      (types ? whole : code).write(wanted);
    }
    return wanted;
  };

  await Promise.all([...packages.keys()].map(once));
}

/**
 * Builds beside what is there and swaps the two, so that whoever is running it hardly notices.
 * @param {string} dir
 * @param {boolean} types
 */
async function bundle(dir, types) {
  const [dist, next, old] = [join(dir, 'dist'), join(dir, '.tsbuild/next'), join(dir, '.tsbuild/old')];
  mkdirSync(join(dir, '.tsbuild'), { recursive: true });
  await quietly(process.execPath, [TSUP, '--out-dir', next, ...(types ? [] : ['--no-dts'])], { cwd: dir });
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(next, dist);
  rmSync(old, { recursive: true, force: true });
}
