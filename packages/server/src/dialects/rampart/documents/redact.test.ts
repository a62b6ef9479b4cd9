import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lex } from '../policy/commands/lex.js';
import type { Fields } from './body.js';
import { REDACTED_RESPONSE, redactFields, redactText } from './redact.js';
import { vectors } from './vectors.js';

interface RedactionVector {
  readonly name: string;
  readonly text?: string;
  readonly fields?: Fields;
  readonly redacted: unknown;
}

describe('redaction', () => {
  it.each(vectors<RedactionVector>('redaction'))('$name', ({ text, fields, redacted }) => {
    expect(fields ? redactFields(fields) : redactText(text ?? '')).toEqual(redacted);
  });

  it('has a text for a withheld response', () => {
    expect(REDACTED_RESPONSE).toBe('[REDACTED: sensitive content removed by Rampart]');
  });

  const quote = fc.constantFrom("'", '"', "''", '""', "\\'", '\\"', '\'"', '"\'');
  const secret = fc.constantFrom(
    ...['--password=', '--password ', '-p', 'TOKEN=', 'token: ', 'Authorization: Bearer ', ' -u a:', '//a:', 'ghp_a1'],
    ...['Authorization: Digest a=', ', b=', 'PASSWORD='],
  );
  const other = fc.constantFrom(
    ' ',
    ' rm -rf / ',
    'rm',
    'env A=',
    ' b',
    'x y',
    '@',
    '; ',
    ' && ',
    '\n',
    '$(',
    ')',
    'é',
  );
  const line = fc
    .array(
      fc.oneof({ weight: 3, arbitrary: quote }, { weight: 2, arbitrary: secret }, { weight: 3, arbitrary: other }),
      {
        maxLength: 14,
      },
    )
    .map((pieces) => pieces.join(''));

  it('keeps all that is not masked byte for byte, in its order', () => {
    fc.assert(
      fc.property(line, (text) => {
        const [first = '', ...rest] = redactText(text).split('[REDACTED]');
        expect(text.startsWith(first)).toBe(true);
        let at = first.length;
        for (const [index, piece] of rest.entries()) {
          at = index === rest.length - 1 ? text.length - piece.length : text.indexOf(piece, at);
          expect(text.slice(at, at + piece.length)).toBe(piece);
          at += piece.length;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('hides no command, whichever quotes it seems to stand in', () => {
    // What a flag or a header is followed by is its value; what follows that is not.
    const commandsIn = (text: string) => {
      const words = lex(text).flatMap((segment) => segment.words);
      return words.filter((word, index) => word === '-rf' && words[index + 1] === '/').length;
    };
    fc.assert(
      fc.property(line, (text) => {
        const shown = redactText(text).split('-rf /').length - 1;
        expect(shown).toBeGreaterThanOrEqual(commandsIn(text));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    'Authorization: ',
    " -p'",
    ' -p"',
    '--password ',
    '//a:',
    'token ',
    'sk-a-',
    'bearer ',
    'access_token= ',
    'a_',
    'xoxb-',
    'password="',
    ' -u a:',
    ' -u a',
    'Authorization: Digest a="',
    'Authorization: Digest a=b,',
    'a=b, ',
    "<<E '",
    '# \'"\n',
    '\\"',
    'X-Api-Key  ',
    '--token \'"',
  ])('takes linear time on many times %j', (piece) => {
    const time = (bytes: number) => {
      const text = piece.repeat(bytes / piece.length);
      const began = performance.now();
      redactText(text);
      return performance.now() - began;
    };
    time(50_000);
    // Quadratic work on 400 kB would take minutes.
    expect(time(400_000)).toBeLessThan(5000);
  });
});
