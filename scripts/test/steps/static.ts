import { type Step, tool } from '../step.js';

const COLOURS = process.stdout.isTTY === true ? '--colors=force' : '--colors=off';

/** What can be said without running anything. */
export const staticSteps: readonly Step[] = [
  tool('lint', 'node_modules/@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', COLOURS, '.']),
  tool('types', 'node_modules/typescript/bin/tsc', ['-b']),
  tool('unused', 'node_modules/knip/bin/knip.js', ['--no-progress']),
];
