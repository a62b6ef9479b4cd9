import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/index.js';
import { prepareAction } from './action.js';

describe('prepareAction', () => {
  it('freezes a deep copy', () => {
    const input = { list: [{ a: 1 }], text: 'x' };
    const action = prepareAction({ tool: 'exec', input, context: { who: ['me'] } });
    input.list[0] = { a: 2 };
    expect(action.input).toEqual({ list: [{ a: 1 }], text: 'x' });
    expect(() => Object.assign(action.input, { text: 'y' })).toThrow(TypeError);
    expect(Object.isFrozen(action.context?.['who'])).toBe(true);
  });

  it('fills in the ids that are absent or empty, and keeps the others', () => {
    const ids = ['one', 'two'];
    const action = prepareAction({ tool: 'exec', input: {}, runId: '' }, () => ids.shift() ?? '');
    expect([action.runId, action.callId]).toEqual(['one', 'two']);
    expect(prepareAction({ tool: 'exec', input: {}, runId: 'r', callId: 'c' })).toMatchObject({
      runId: 'r',
      callId: 'c',
    });
  });

  it('takes agent, session and run from the defaults when the action has none', () => {
    const defaults = { agent: 'a', session: 's', runId: 'r' };
    expect(prepareAction({ tool: 'exec', input: {}, session: 'own' }, () => 'new', defaults)).toEqual({
      tool: 'exec',
      input: {},
      agent: 'a',
      session: 'own',
      runId: 'r',
      callId: 'new',
    });
  });

  it('returns a prepared action as it is', () => {
    const action = prepareAction({ tool: 'exec', input: {} });
    expect(prepareAction(action)).toBe(action);
  });

  it('does not mistake a look-alike for a prepared action', () => {
    const action = prepareAction({ tool: 'exec', input: { a: 1 } });
    expect(prepareAction({ ...action })).not.toBe(action);
  });

  it('leaves out what is undefined, as JSON does', () => {
    expect(Object.keys(prepareAction({ tool: 'exec', input: { a: undefined, b: 1 } }).input)).toEqual(['b']);
  });

  it('keeps an own __proto__ key as data', () => {
    const input: Record<string, unknown> = JSON.parse('{"__proto__":{"admin":true}}');
    const copy = prepareAction({ tool: 'exec', input }).input;
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"admin":true}}');
    expect(copy['admin']).toBeUndefined();
  });

  it('reads a getter once, so that it cannot answer twice', () => {
    let reads = 0;
    const input = {
      get command() {
        reads += 1;
        return reads === 1 ? 'ls' : 'rm -rf /';
      },
    };
    expect(prepareAction({ tool: 'exec', input }).input).toEqual({ command: 'ls' });
    expect(reads).toBe(1);
  });

  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  it.each([
    ['a function', { run: () => 1 }, 'action.input.run is a function'],
    ['a class instance', { at: [new Date(0)] }, 'action.input.at[0] is a Date'],
    ['a bigint', { n: 1n }, 'action.input.n is a bigint'],
    ['a number JSON lacks', { n: Number.NaN }, 'action.input.n is NaN'],
    ['a hole in a list', { list: [1, undefined] }, 'action.input.list[1] is undefined'],
    ['a circle', { a: [circular] }, 'action.input.a[0].self is circular'],
    ['a toJSON that would speak for it', { a: { toJSON: () => 'other' } }, 'action.input.a.toJSON is a function'],
  ])('refuses %s', (_what, input, message) => {
    expect(() => prepareAction({ tool: 'exec', input })).toThrow(ConfigurationError);
    expect(() => prepareAction({ tool: 'exec', input })).toThrow(message);
  });

  it('refuses a tool without a name', () => {
    expect(() => prepareAction({ tool: ' ', input: {} })).toThrow('action.tool is not a name');
  });
});
