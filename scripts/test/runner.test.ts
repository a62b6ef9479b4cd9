import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runSteps } from './runner.js';
import { StepFailure } from './step.js';

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

const passing = (name: string, passed: number) => ({ name, run: async () => ({ passed, failed: 0 }) });

test('tests and steps are counted, and the last line says how many', async () => {
  expect(await runSteps([passing('a', 3), { name: 'b', run: async () => undefined }])).toBe(true);
  expect(lines.at(-1)).toBe('5 passed, 0 failed');
});

test('the first failure ends the run, with its output and its tests', async () => {
  const failing = {
    name: 'b',
    run: async () => {
      throw new StepFailure('what went wrong', { passed: 2, failed: 4 });
    },
  };
  const never = vi.fn();
  expect(await runSteps([passing('a', 1), failing, { name: 'c', run: never }])).toBe(false);
  expect(never).not.toHaveBeenCalled();
  expect(lines.join('\n')).toContain('what went wrong');
  expect(lines.at(-1)).toBe('4 passed, 4 failed');
});

test('told to go on, it runs the rest all the same', async () => {
  const failing = {
    name: 'a',
    run: async () => {
      throw new StepFailure('no');
    },
  };
  expect(await runSteps([failing, passing('b', 1)], { keepGoing: true })).toBe(false);
  expect(lines.at(-1)).toBe('2 passed, 1 failed');
});

test('a step that breaks counts as one failure, with its stack', async () => {
  const broken = {
    name: 'a',
    run: async () => {
      throw new TypeError('a fault of the runner');
    },
  };
  expect(await runSteps([broken])).toBe(false);
  expect(lines.join('\n')).toMatch(/TypeError: a fault of the runner\n\s+at /);
  expect(lines.at(-1)).toBe('0 passed, 1 failed');
});
