import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalCall } from './canonical.js';
import { InvalidCallError } from './errors.js';
import { vectors } from './vectors.js';

interface CallVector {
  readonly name: string;
  readonly tool: string;
  readonly body: unknown;
  readonly agent?: string;
  readonly call?: Readonly<Record<string, unknown>>;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

describe('canonicalCall', () => {
  it.each(vectors<CallVector>('calls'))('$name', ({ tool, body, agent, call, request, error }) => {
    const read = () => canonicalCall(tool, body, agent);
    if (error !== undefined) {
      expect(read).toThrow(new InvalidCallError(error));
      return;
    }
    const result = read();
    const shown: Readonly<Record<string, unknown>> = { ...result.call };
    expect(Object.fromEntries(Object.keys(call ?? {}).map((key) => [key, shown[key]]))).toEqual(call ?? {});
    expect(result).toMatchObject(request ?? {});
  });

  it('refuses an encoded command of more than 1 MiB', () => {
    const encoded = Buffer.alloc(1_048_577, 'a').toString('base64');
    expect(() => canonicalCall('exec', { params: { command_b64: encoded } })).toThrow('must be valid bounded base64');
  });

  it('leaves the body as it was', () => {
    const body = { params: { cmd: 'ls', command_effective: 'x', arguments: { a: 1 } }, input: { b: 2 } };
    const before = structuredClone(body);
    canonicalCall('exec', body);
    expect(body).toEqual(before);
  });

  it('takes a key named __proto__ for a key', () => {
    const { call } = canonicalCall('exec', JSON.parse('{"params":{"__proto__":{"command":"ls"}}}'));
    expect(call.command).toBe('');
    expect(Object.keys(call.params)).toEqual(['__proto__']);
  });

  it('refuses whatever it cannot read with its own error, and agrees with itself on the rest', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('ls', ' ', '# c\nls', 'https://a.test/x', '//h', 'bHM='));
    const keys = fc.constantFrom(
      'command',
      'cmd',
      'input',
      'path',
      'file',
      'url',
      'cwd',
      'arguments',
      'description',
      '__proto__',
    );
    const value = fc.oneof(text, fc.jsonValue(), fc.dictionary(keys, text));
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { agent: value, session: value, params: fc.dictionary(keys, value), input: value, command: text },
        { requiredKeys: [] },
      ),
    );
    const tool = fc.oneof(fc.string(), fc.constantFrom('exec', 'read', 'fetch', 'agent', 'mcp'));
    fc.assert(
      fc.property(tool, body, (name, sent) => {
        try {
          const { call } = canonicalCall(name, sent);
          const again = canonicalCall(call.tool, { params: call.params, input: call.input }).call;
          expect([again.command, again.path, again.url, again.domain]).toEqual([
            call.command,
            call.path,
            call.url,
            call.domain,
          ]);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidCallError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
