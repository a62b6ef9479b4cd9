import { build } from '../../setup/build.mjs';
import { withLock } from '../../setup/lock.mjs';
import { contents } from '../packages/contents.js';
import { attw, publint } from '../packages/lint.js';
import { runnableExamples } from '../runnable.js';
import { snippets } from '../snippets/step.js';
import { type Step, tool } from '../step.js';
import { tidy } from '../tidy.js';
import { vitest } from '../vitest.js';

const built: Step = {
  name: 'build',
  async run() {
    await withLock(() => build({ types: true }));
    return undefined;
  },
};

/** Everything that a change must pass, besides the static half: under ten minutes on two cores. */
export const quickSteps: readonly Step[] = [
  built,
  vitest('tests', { env: { SALLYPORT_CRASH_ROUNDS: '3' } }),
  snippets,
  runnableExamples,
  publint,
  attw,
  contents,
  tool('reference', 'node_modules/typedoc/bin/typedoc', ['--logLevel', 'Warn']),
  tidy,
];
