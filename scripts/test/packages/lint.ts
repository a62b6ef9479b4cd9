import { join } from 'node:path';
import { quietly } from '../../setup/child.mjs';
import { ROOT } from '../../setup/root.mjs';
import type { Step } from '../step.js';
import { pack } from './pack.js';

function eachTarball(name: string, script: string, args: readonly string[]): Step {
  return {
    name,
    async run() {
      for (const { file } of await pack()) {
        await quietly(process.execPath, [join(ROOT, 'node_modules', script), ...args, file]);
      }
      return undefined;
    },
  };
}

/** Do the tarballs follow the rules of the registry and of Node's resolution? */
export const publint = eachTarball('publint', 'publint/src/cli.js', ['run', '--strict']);

/** Do their types resolve as their code does? Node 10's resolution, which knows no `exports`, is not served. */
export const attw = eachTarball('attw', '@arethetypeswrong/cli/dist/index.js', [
  '--profile=node16',
  '--no-emoji',
  '--format=ascii',
]);
