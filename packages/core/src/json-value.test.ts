import { describe, expect, it } from 'vitest';
import { checkJson } from './json-value.js';

describe('checkJson', () => {
  it('names the place where a value contains itself, and no more', () => {
    const params: { list: unknown[]; a?: unknown } = { list: [] };
    params.a = params;
    expect(() => checkJson('params', params)).toThrow('params.a is circular: it contains itself.');
    const list: unknown[] = [1];
    list.push({ list });
    expect(() => checkJson('params', { list })).toThrow('params.list[1].list is circular');
  });

  it('takes one value in two places', () => {
    const shared = { x: 1 };
    expect(() => checkJson('params', { a: shared, b: [shared, shared] })).not.toThrow();
  });

  it('refuses what is nested too deep, without the whole way down', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 300; level += 1) deep = { a: deep };
    expect(() => checkJson('params', { deep })).toThrow(/^params is nested deeper than 256 levels\. Pass plain JSON/);
  });
});
