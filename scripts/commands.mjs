import { build } from './setup/build.mjs';
import { node } from './setup/child.mjs';
import { install } from './setup/install.mjs';
import { withLock } from './setup/lock.mjs';
import { SetupError } from './setup/progress.mjs';

/**
 * What `npm start`, `npm test` and the others run once everything is set up.
 * @type {Record<string, { build: 'code' | 'whole' | 'none', run: (args: string[]) => Promise<number> }>}
 */
const commands = {
  start: { build: 'code', run: (args) => node(['--import', 'tsx', 'examples/tour/main.ts', ...args]) },
  serve: { build: 'code', run: (args) => node(['packages/cli/dist/bin.js', 'serve', ...args]) },
  sallyport: { build: 'code', run: (args) => node(['packages/cli/dist/bin.js', ...args]) },
  bench: { build: 'code', run: (args) => node(['--import', 'tsx', 'packages/private/bench/src/main.ts', ...args]) },
  build: { build: 'whole', run: async () => 0 },
  // The suite builds in a step of its own, so that a broken build is reported like any other failure.
  test: { build: 'none', run: (args) => node(['--import', 'tsx', 'scripts/test/main.ts', ...args]) },
  fix: {
    build: 'none',
    run: (args) => node(['node_modules/@biomejs/biome/bin/biome', 'check', '--write', ...args, '.']),
  },
  check: { build: 'none', run: (args) => node(['--import', 'tsx', 'scripts/test/main.ts', '--static', ...args]) },
};

/** @param {string[]} argv @returns {Promise<number>} the exit code */
export async function main([name = '', ...args]) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    console.error(`Unknown command "${name}". One of: ${Object.keys(commands).join(', ')}.`);
    return 2;
  }
  try {
    await withLock(async () => {
      await install();
      if (command.build !== 'none') await build({ types: command.build === 'whole' });
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return 1;
  }
  return command.run(args);
}
