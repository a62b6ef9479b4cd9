import { describe, expect, it } from 'vitest';
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
