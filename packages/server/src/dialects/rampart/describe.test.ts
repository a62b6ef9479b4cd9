import { expect, test } from 'vitest';
import { bounded, subjectOf, summaryOf, visible } from './describe.js';
import { canonicalCall } from './documents/canonical.js';

const call = (tool: string, params: object, more: object = {}) => canonicalCall(tool, { params, ...more }).call;

test.each([
  ['exec', { command: 'ls' }, 'ls'],
  ['exec', { cmd: 'ls' }, 'ls'],
  ['exec', { command: 'ls', timeout: 5 }, 'ls {"timeout":5}'],
  ['fetch', { url: 'https://evil.example/a?key=1#x' }, 'https://evil.example/a?key=1#x'],
  ['fetch', { url: 'https://a.example/b', method: 'DELETE' }, 'DELETE https://a.example/b'],
  ['http', { url: 'https://a.example/b', body: { n: 1 } }, 'https://a.example/b {"body":{"n":1}}'],
  ['fetch', { url: 'https://a.example/b', command: 'ls' }, 'https://a.example/b {"command":"ls"}'],
  ['read', { file_path: '/etc/hosts' }, '/etc/hosts'],
  ['read', { path: '/etc/shadow', command: 'cat README' }, '/etc/shadow {"command":"cat README"}'],
  ['write', { path: '/a', content: 'x\ny' }, '/a {"content":"x\\ny"}'],
  ['wire_money', { to: 'mallory', amount: 9 }, '{"to":"mallory","amount":9}'],
  ['noop', {}, 'noop'],
])('%s with %j is summed up as %s', (tool, params, summary) => {
  expect(summaryOf(call(tool, params))).toBe(summary);
});

test("a sub-agent's harmless description does not hide its prompt", () => {
  expect(summaryOf(call('agent', { description: 'tidy up', prompt: 'rm -rf /' }))).toContain('"prompt":"rm -rf /"');
});

test('structured input is shown where it says more than the parameters', () => {
  expect(summaryOf(call('mcp', { a: 1 }, { input: { b: 2 } }))).toBe('{"a":1,"input":{"b":2}}');
  expect(summaryOf(call('mcp', { a: 1 }, { input: { a: 1 } }))).toBe('{"a":1}');
});

test('secrets are masked wherever they stand', () => {
  const params = { url: 'https://u:hunter22@a.example/', headers: { authorization: 'Bearer abcdefghijk' } };
  expect(summaryOf(call('fetch', params))).toBe(
    'https://u:[REDACTED]@a.example/ {"headers":{"authorization":"[REDACTED]"}}',
  );
});

test('characters that nobody would see are shown, never dropped', () => {
  expect(summaryOf(call('exec', { command: 'ls\nrm x\r\t\u001b[2J\u202e\u{e0041}' }))).toBe(
    'ls\\nrm x\\r\\t\\u001b[2J\\u202e\\u{e0041}',
  );
  expect(visible('naïve 日本 🙂')).toBe('naïve 日本 🙂');
});

test('long parameters are cut, and how much is missing is said', () => {
  const summary = summaryOf(call('custom', { text: 'x'.repeat(3000) }));
  expect(summary).toBe(`{"text":"${'x'.repeat(1991)}… (+1011 characters)`);
  expect(bounded('ab🙂c', 3)).toBe('ab… (+3 characters)');
  expect(bounded('abc', 3)).toBe('abc');
});

test('a long command is shown whole', () => {
  const command = `echo ${'x'.repeat(5000)}; rm -rf ~`;
  expect(summaryOf(call('exec', { command }))).toBe(command);
});

test.each([
  ['exec', { command: 'ls\nrm x' }, 'ls\nrm x'],
  ['fetch', { url: 'https://evil.example/a?key=1', method: 'POST' }, 'https://evil.example/a?key=1'],
  ['read', { path: '/etc/shadow', command: 'cat README' }, '/etc/shadow'],
  ['deploy', { command: 'release', path: '/srv' }, 'release'],
  ['wire_money', { to: 'mallory' }, '{"to":"mallory"}'],
  ['noop', {}, ''],
])('§2.6 the command of %s with %j is %j', (tool, params, subject) => {
  expect(subjectOf(call(tool, params))).toBe(subject);
});
