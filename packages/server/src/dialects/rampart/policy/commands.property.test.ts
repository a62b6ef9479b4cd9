import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCommand } from './commands/read.js';
import { compilePolicies } from './compile.js';
import { matchGlob } from './globs/glob.js';
import type { PolicySet } from './policy.js';
import { callOf, commandRule, documentOf, factsOf } from './testing.js';

const facts = factsOf();

function decision(policies: PolicySet, command: string): string {
  return policies.evaluate(callOf({ command }), facts).action;
}

const program = fc.constantFrom('git', 'rm', 'curl', 'x', 'é');
const word = fc.constantFrom(
  'git',
  'push',
  'rm',
  '-rf',
  '-r',
  '-f',
  '/',
  '/etc',
  '../x',
  'x',
  '--force',
  'curl',
  'a.b',
  'é',
);
const simple = fc.tuple(program, fc.array(word, { maxLength: 4 })).map(([head, words]) => [head, ...words].join(' '));
const joint = fc.constantFrom(' && ', ' || ', ' | ');
/** A simple command, a pipeline or an and-or list. */
const command = fc
  .tuple(simple, fc.array(fc.tuple(joint, simple), { maxLength: 2 }))
  .map(([first, rest]) => first + rest.map(([operator, next]) => operator + next).join(''));

type Wrap = (inner: string) => string;

/** Words before a command that change nothing about what it runs. */
const prefix = fc.constantFrom<Wrap>(
  (inner) => `env ${inner}`,
  (inner) => `env -i A=1 ${inner}`,
  (inner) => `nohup ${inner}`,
  (inner) => `timeout 5 ${inner}`,
  (inner) => `nice -n 5 ${inner}`,
  (inner) => `command ${inner}`,
  (inner) => `FOO=1 ${inner}`,
);

/** Constructs that a command may stand in. */
const enclosure = fc.constantFrom<Wrap>(
  (inner) => `( ${inner} )`,
  (inner) => `(${inner})`,
  (inner) => `{ ${inner}; }`,
  (inner) => `if true; then ${inner}; fi`,
  (inner) => `if ${inner}; then a; else b; fi`,
  (inner) => `for i in 1; do ${inner}; done`,
  (inner) => `while true; do ${inner}; done`,
  (inner) => `case x in x) ${inner} ;; esac`,
  (inner) => `f() { ${inner}; }; f`,
  (inner) => `a; ${inner}`,
  (inner) => `a && b; ${inner}`,
  (inner) => `a\n${inner}`,
  (inner) => `${inner}; b`,
  (inner) => `echo $(${inner})`,
  (inner) => `! ${inner}`,
);

/** Texts for a shell. */
const quotation = fc.constantFrom<Wrap>(
  (inner) => inner,
  (inner) => `sh -c '${inner}'`,
  (inner) => `/bin/bash -lc "${inner}"`,
  (inner) => `eval '${inner}'`,
  (inner) => `bash <<< '${inner}'`,
);

/** Any of them, in an order that a shell would read as one wrapped command. */
const anyWrapper = fc
  .tuple(
    fc.array(prefix, { maxLength: 2 }),
    fc.array(enclosure, { maxLength: 2 }),
    quotation,
    fc.array(prefix, { maxLength: 1 }),
    fc.array(enclosure, { maxLength: 1 }),
  )
  .map(([prefixes, enclosures, quote, outer, around]): Wrap => {
    const last = (inner: string) =>
      quote(inner) === inner ? inner : outer.reduce((text, wrap) => wrap(text), quote(inner));
    return (inner) => {
      const within = enclosures.reduce(
        (text, wrap) => wrap(text),
        prefixes.reduce((text, wrap) => wrap(text), inner),
      );
      return around.reduce((text, wrap) => wrap(text), last(within));
    };
  });

/** Patterns that fit a command: itself, its beginning, or something in it. */
const patternFor = (inner: string) =>
  fc.oneof(
    fc.constant(inner.replace(/[*?[]/g, '[$&]')),
    fc.integer({ min: 1, max: inner.length }).map((length) => `${inner.slice(0, length)}*`),
    fc.constant(`**${inner.slice(0, 20)}**`),
  );

/** A command, a pattern that fits it, and the command in some wrapping. */
const wrapped = command.chain((inner) =>
  fc.record({ inner: fc.constant(inner), pattern: patternFor(inner), outer: anyWrapper.map((wrap) => wrap(inner)) }),
);

describe('a denied command stays denied', () => {
  test('however it is wrapped', () => {
    fc.assert(
      fc.property(wrapped, ({ inner, pattern, outer }) => {
        const policies = compilePolicies([documentOf([commandRule('deny', pattern)], { defaultAction: 'allow' })]);
        fc.pre(decision(policies, inner) === 'deny');
        expect(decision(policies, outer)).toBe('deny');
      }),
      { numRuns: 2000 },
    );
  });

  test('however its words are quoted', () => {
    const quoting = fc.constantFrom<(text: string) => string>(
      (text) => `'${text}'`,
      (text) => `"${text}"`,
      (text) => `${text.slice(0, 1)}''${text.slice(1)}`,
      (text) => (/^[a-z]/.test(text) ? `\\${text}` : text),
    );
    fc.assert(
      fc.property(simple, quoting, (inner, quote) => {
        const policies = compilePolicies([documentOf([commandRule('deny', inner)], { defaultAction: 'allow' })]);
        expect(decision(policies, inner.split(' ').map(quote).join(' '))).toBe('deny');
      }),
    );
  });

  test('also beside an exclusion that does not fit it', () => {
    fc.assert(
      fc.property(wrapped, ({ inner, pattern, outer }) => {
        const when = { commandMatches: [pattern], commandNotMatches: ['echo harmless*', 'sh -c harmless*'] };
        const document = documentOf([{ rules: [{ action: 'deny', when }] }], { defaultAction: 'allow' });
        const policies = compilePolicies([document]);
        fc.pre(decision(policies, inner) === 'deny');
        expect(decision(policies, outer)).toBe('deny');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a grant', () => {
  const glob = fc.constantFrom('git *', 'git push*', 'rm -rf x', 'curl*', '*x*', 'a*', '**é**');

  test('never covers a command with a component that it does not cover', () => {
    fc.assert(
      fc.property(
        fc.array(glob, { minLength: 1, maxLength: 3 }),
        command,
        fc.option(anyWrapper),
        (globs, inner, wrap) => {
          const text = wrap === null ? inner : wrap(inner);
          const policies = compilePolicies([documentOf([commandRule('allow', ...globs)])]);
          const { components, doubtful } = readCommand(text);
          const covered = !doubtful && components.every((component) => globs.some((one) => matchGlob(one, component)));
          expect(decision(policies, text) === 'allow').toBe(covered);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('of each part never grants the whole with a foreign part', () => {
    const joined = fc.constantFrom<(inner: string) => string>(
      ...[' && ', ' || ', ' | ', '; ', ' & ', '\n', " | sh -c '", ' $(', ' <('].map(
        (operator) => (inner: string) => `${inner}${operator}foreign command`,
      ),
      (inner) => `${inner} \`foreign command\``,
      (inner) => `${inner} # it's\nforeign command`,
      (inner) => `foreign command ${inner}`,
    );
    fc.assert(
      fc.property(simple, joined, (inner, join) => {
        const policies = compilePolicies([documentOf([commandRule('allow', `${inner}*`)])]);
        expect(decision(policies, inner)).toBe('allow');
        expect(decision(policies, join(inner))).toBe('deny');
      }),
    );
  });
});
