import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../policy/model.js';
import { PolicyLoadError } from './errors.js';
import { loadPolicies } from './load.js';
import { vectors } from './vectors.js';

interface BadPolicy {
  readonly name: string;
  readonly yaml: string;
  readonly error: string;
  readonly line: number;
  readonly column: number;
}

interface GoodPolicy {
  readonly name: string;
  readonly yaml: string;
  readonly document: Partial<PolicyDocument>;
}

function failure(source: string | Uint8Array): PolicyLoadError {
  try {
    loadPolicies(source, 'p.yaml');
  } catch (error) {
    if (error instanceof PolicyLoadError) return error;
    throw error;
  }
  throw new Error('it loaded');
}

describe('loadPolicies refuses, naming file, line and column', () => {
  it.each(vectors<BadPolicy>('load-errors'))('$name', ({ yaml, error, line, column }) => {
    const thrown = failure(yaml);
    expect({ error: thrown.text, line: thrown.line, column: thrown.column }).toEqual({ error, line, column });
    expect(thrown.message).toBe(`${error} (p.yaml:${line}:${column})`);
    expect(thrown).toMatchObject({ code: 'policy_load', file: 'p.yaml' });
  });

  it('a file of more than 1 MiB', () => {
    expect(failure(`#${' '.repeat(1_048_576)}`).text).toBe('engine: policy file exceeds 1048576 bytes');
    expect(loadPolicies(`#${' '.repeat(1_048_575)}`, 'p.yaml').policies).toEqual([]);
  });

  it('bytes that are no UTF-8', () => {
    expect(failure(Buffer.from([0x23, 0xff])).text).toBe('engine: parse policy file: not valid UTF-8');
  });

  it.each([
    ['flow lists', '['],
    ['flow mappings', '{a: '],
    ['lists in a line', '- '],
    ['mappings in a line', '? '],
  ])('%s that are nested too deeply', (_name, open) => {
    expect(
      failure(`policies: ${open.startsWith('-') || open.startsWith('?') ? '\n' : ''}${open.repeat(50_000)}`).text,
    ).toBe('engine: parse policy file: nested too deeply');
  });

  it('aliases of aliases of aliases', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `      l${n}: &l${n} [${`*l${n - 1},`.repeat(9)}]`);
    const bomb = ['tests:', '  - tool: exec', '    expect: deny', '    params:', '      x: &l-1 boom', ...levels].join(
      '\n',
    );
    expect(failure(bomb.replaceAll('l-1', 'start')).text).toBe(
      'engine: parse policy file: aliases expand to more than 10000 values',
    );
  });

  it('many keys, in linear time', () => {
    const keys = Array.from({ length: 60_000 }, (_, n) => `      k${n}: 1`).join('\n');
    const document = loadPolicies(`tests:\n  - tool: exec\n    expect: deny\n    params:\n${keys}\n`, 'p.yaml');
    expect(Object.keys(document.tests[0]?.params ?? {})).toHaveLength(60_000);
  });

  it('anything else with no other error', () => {
    const words = [
      'policies:',
      'name: p',
      'rules:',
      '- action: deny',
      'when:',
      '*a',
      '&a',
      '{',
      '}',
      '[',
      ']',
      '"',
      '|',
      '? x',
      '\t',
      'tests:',
    ];
    const yaml = fc
      .array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 30 })
      .chain((parts) => fc.constantFrom('\n', '\n  ', ' ', '\n- ').map((glue) => parts.join(glue)));
    fc.assert(
      fc.property(yaml, (text) => {
        try {
          loadPolicies(text, 'p.yaml');
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyLoadError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('loadPolicies understands', () => {
  it.each(vectors<GoodPolicy>('load'))('$name', ({ yaml, document }) => {
    expect(loadPolicies(yaml, 'p.yaml')).toMatchObject(document);
  });

  it('an empty file', () => {
    expect(loadPolicies('# nothing yet\n', 'p.yaml')).toEqual({ file: 'p.yaml', policies: [], tests: [] });
  });

  it('leaves out what a file does not say', () => {
    const [policy] = loadPolicies('policies:\n  - name: p\n    rules:\n      - action: deny\n', 'p.yaml').policies;
    expect(policy).toEqual({
      name: 'p',
      description: '',
      priority: 100,
      enabled: true,
      match: { agent: '*', session: '*' },
      rules: [{ action: 'deny', when: {}, message: '', once: false, source: { file: 'p.yaml', line: 4 } }],
      source: { file: 'p.yaml', line: 2 },
    });
  });
});
