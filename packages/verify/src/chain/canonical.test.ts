import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { codeOf } from '../testing/codes.js';
import { chainOf } from '../testing/records.js';
import { canonicalFormula } from './canonical.js';
import { verifyChainSync } from './verify-chain.js';

const drafts = [
  { id: 'e1', outcome: 'ALLOW', risk: 1.5 },
  { id: 'e2', outcome: 'DENY', z: { b: 1, a: 'é' } },
];

const parsed = (line: string | undefined): { hash?: unknown } => JSON.parse(line ?? '');

test('hash is SHA-256 of the canonical record without it, the previous hash included', () => {
  const [line] = chainOf(canonicalFormula(), drafts);
  const content = `{"id":"e1","outcome":"ALLOW","previous_hash":"sha256:${'0'.repeat(64)}","risk":1.5}`;
  expect(parsed(line).hash).toBe(`sha256:${createHash('sha256').update(content).digest('hex')}`);
});

test('names of members, prefix and genesis can be chosen', () => {
  const formula = canonicalFormula({
    hashField: 'h',
    previousField: 'p',
    idField: 'outcome',
    prefix: '',
    genesis: 'GENESIS',
  });
  const lines = chainOf(formula, drafts);
  expect(parsed(lines[0])).toMatchObject({ p: 'GENESIS', h: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(verifyChainSync(lines, { formula }).ok).toBe(true);
  expect(formula.identify(lines[1] ?? '')).toBe('DENY');
});

test('hmac-sha256 needs the very key, from the formula or from the call', () => {
  const formula = canonicalFormula({ algorithm: 'hmac-sha256', prefix: '' });
  const { text, hash } = formula.seal({ id: 'e1' }, 'p', 'secret');
  expect(hash).toBe(createHmac('sha256', 'secret').update('{"id":"e1","previous_hash":"p"}').digest('hex'));
  const verify = (key?: string) =>
    verifyChainSync([text], { formula, from: { count: 0, head: 'p' }, ...(key !== undefined && { key }) });
  expect(verify('secret').ok).toBe(true);
  expect(verify('other').firstBad?.code).toBe('bad_hash');
  expect(verify('').firstBad?.code).toBe('missing_key');
  expect(verify().firstBad?.code).toBe('missing_key');
  expect(codeOf(() => formula.seal({}, 'p'))).toBe('missing_key');
});

test('a line that was printed again is refused as text, and accepted as a value on request', () => {
  const again = chainOf(canonicalFormula(), drafts).map((line) => {
    const { hash, ...rest } = parsed(line);
    return JSON.stringify({ hash, ...rest }, null, 1).replaceAll('\n', ' ');
  });
  expect(verifyChainSync(again, { formula: canonicalFormula() }).firstBad?.code).toBe('malformed_record');
  const formula = canonicalFormula({ reserialised: true });
  expect(verifyChainSync(again, { formula }).ok).toBe(true);
  const changed = again.map((line) => line.replace('DENY', 'ALLOW'));
  expect(verifyChainSync(changed, { formula }).firstBad).toMatchObject({ line: 2, id: 'e2', code: 'bad_hash' });
});

test('a member repeated before the real one is seen in the text', () => {
  const [line = ''] = chainOf(canonicalFormula(), drafts);
  const doubled = line.replace('{', '{"outcome":"DENY",');
  expect(parsed(doubled)).toEqual(parsed(line));
  expect(verifyChainSync([doubled], { formula: canonicalFormula() }).firstBad?.code).toBe('bad_hash');
});

test.each(['', 'no json', '[]', '{"hash":1,"previous_hash":"x"}', '{"hash":"x"}'])(
  'the line %j is no record',
  (line) => {
    expect(codeOf(() => canonicalFormula().read(line))).toBe('malformed_record');
  },
);
