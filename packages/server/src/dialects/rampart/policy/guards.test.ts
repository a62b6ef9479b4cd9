import { describe, expect, test } from 'vitest';
import { compilePolicies } from './compile.js';
import type { ToolCall } from './model.js';
import { callOf, factsOf, rulesFrom } from './testing.js';

function message(call: Partial<ToolCall>): string {
  const rules = [
    { action: 'watch', message: 'judged', when: { tool_param_matches: { table: 'x' } } },
    { action: 'allow', message: 'judged' },
  ];
  return compilePolicies(rulesFrom(rules, 'allow')).evaluate(callOf(call), factsOf()).message;
}

describe('the in-engine alias check', () => {
  const refusal = (field: string) => `ambiguous tool input (conflicting ${field} aliases); failing closed`;

  test.each<[string, Partial<ToolCall>, string]>([
    ['two commands', { params: { command: 'ls', cmd: 'rm x' } }, 'command'],
    ['a command in params and another in input', { params: { command: 'ls' }, input: { input: 'rm x' } }, 'command'],
    ['two paths', { tool: 'read', params: { path: '/a', filepath: '/b' } }, 'path'],
    ['two URLs', { tool: 'fetch', params: { url: 'http://a', href: 'http://b' } }, 'url'],
    ['two working directories', { tool: 'mcp', params: { workdir: '/a', cwd: '/b' } }, 'working directory'],
    ['two domains', { tool: 'fetch', params: { domain: 'a' }, input: { domain: 'b' } }, 'domain'],
    ['two schemes', { tool: 'fetch', params: { scheme: 'a' }, input: { scheme: 'b' } }, 'scheme'],
  ])('%s', (_name, call, field) => {
    expect(message(call)).toBe(refusal(field));
  });

  test.each<[string, Partial<ToolCall>]>([
    ['blanks around do not count', { params: { command: 'ls', cmd: ' ls ' } }],
    ['blank values do not count', { params: { command: 'ls', cmd: '  ' } }],
    ['leading comments of a command do not count', { params: { command: 'ls', cmd: '# list\n\nls' } }],
    ['other tools have no such spelling', { tool: 'mcp', params: { command: 'ls', cmd: 'rm x' } }],
    ['inherited names are no parameters', { tool: 'read', params: Object.create({ path: '/a', file: '/b' }) }],
  ])('%s', (_name, call) => {
    expect(message(call)).toBe('judged');
  });
});

describe('the 8192-byte limit', () => {
  test.each(['agent', 'session', 'tool', 'command', 'path', 'url', 'domain'] as const)('%s', (field) => {
    expect(message({ [field]: 'a'.repeat(8192), params: {} })).toBe('judged');
    expect(message({ [field]: 'é'.repeat(4097), params: {} })).toBe(
      `${field} is 8194 bytes and exceeds the 8192-byte policy matching limit; failing closed`,
    );
  });

  test('a parameter that some rule looks at', () => {
    expect(message({ tool: 'mcp', view: { table: 'a'.repeat(8193) } })).toBe(
      'tool parameter table is 8193 bytes and exceeds the 8192-byte policy matching limit; failing closed',
    );
  });

  test('a parameter that no rule looks at', () => {
    expect(message({ tool: 'mcp', view: { other: 'a'.repeat(9000) } })).toBe('judged');
  });

  test('a parameter nested deeper than calls may be', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(message({ tool: 'mcp', view: { table: deep } })).toMatch(/^tool parameter table is 200001 bytes/);
  });
});
