import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCommand } from './read.js';
import type { CommandReading } from './reading.js';

/** Characters in all texts of a reading: what matching has to look at. */
function sizeOf({ simple, compounds, components }: CommandReading): number {
  const texts = [...simple, ...compounds].flatMap(({ forms }) => forms);
  const removals = simple.flatMap((command) => command.removals);
  return [...texts, ...removals, ...components].reduce((sum, text) => sum + text.length, 0);
}

/** What a reading may hold: the budget, each text of it in all its runs, and the removals. */
const BOUND = 4_000_000;

function expectBounded(command: string): void {
  const reading = readCommand(command);
  expect(sizeOf(reading)).toBeLessThanOrEqual(BOUND);
}

const token = fc.constantFrom(
  ...['$(', '`', ')', '(', '<(', '{ ', '}', "'", '"', '\\', '\n', ';', '&&', '||', '|', '&', '#', ' ', '\t', '\0'],
  ...['<<<', '>', '2>&1', 'sh -c ', 'env ', 'busybox ', 'eval ', 'find ', '-exec ', '{} ', 'rm -rf ', 'if ', 'FOO=1 '],
  ...['\u001b[31m', '\ud800', '\udc00', '😀', 'é', 'case x in ', 'function f ', '^', 'C:\\', '-S ', 'a'],
);

/** What any command within the length that is matched may take; far more than it does, for a machine that is busy. */
const MILLISECONDS = 100;

describe('what one agent sends does not hold up the others', () => {
  test.each(['$((', '<<E\nE\n', '$(', 'sh -c \'"$@"\' - ', 'timeout --zz nice --yy ', 'env --zz a ', 'a|', 'a;'])(
    '8 KB of %j',
    (piece) => {
      const command = piece.repeat(Math.floor(8100 / piece.length));
      readCommand(command);
      const before = process.cpuUsage();
      readCommand(`${command}x`);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(MILLISECONDS);
    },
  );
});

describe('reading never throws and is bounded', () => {
  test('on any string', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), expectBounded), { numRuns: 500 });
  });

  test('on lone surrogates', () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(
        fc.array(unit).map((units) => units.join('')),
        expectBounded,
      ),
    );
  });

  test('on pieces of shell', () => {
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join('')),
        expectBounded,
      ),
      {
        numRuns: 1000,
      },
    );
  });

  test.each([
    ['open substitutions', '$('],
    ['closed substitutions', '$(a)'],
    ['process substitutions', '<('],
    ['backticks', '`'],
    ['escaped backticks', '\\`'],
    ['open quotes', '"\''],
    ['escapes', '\\'],
    ['separators', ';'],
    ['commands', 'a;'],
    ['pipelines', 'a|'],
    ['groups', '(a;'],
    ['keywords', 'if '],
    ['wrappers', 'env '],
    ['multicall binaries', 'busybox '],
    ['shells', 'sh -c '],
    ['evaluations', 'eval '],
    ['assignments', 'A=1 '],
    ['redirections', '> '],
    ['removals', 'rm -rf a '],
    ['finds', '-exec rm {} ; '],
    ['NULs', '\0'],
    ['control sequences', '\u001b['],
    ['carets', '^'],
    ['blanks', ' '],
    ['newlines', '\n'],
  ])('on 64 KB of %s', (_name, piece) => {
    expectBounded(piece.repeat(Math.ceil(65_536 / piece.length)));
    expectBounded(`find ${'{} '.repeat(10)}${piece.repeat(Math.ceil(65_536 / piece.length))}`);
  });
});
