import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeOf } from '../testing/codes.js';
import { type AegisEngineRecord, aegisEngineFormula, aegisFormula } from './aegis.js';
import { verifyChainSync } from './verify-chain.js';

interface EngineVector {
  readonly key: string;
  readonly previous: string;
  readonly record: AegisEngineRecord;
  readonly record_hmac: string;
}

const vector: EngineVector = JSON.parse(
  readFileSync(new URL('../../../../vectors/aegis/engine/chain.json', import.meta.url), 'utf8'),
);
const { key: KEY, record } = vector;

test('the platform chain hashes the canonical entry with its predecessor, from 64 zeros on', () => {
  expect(aegisFormula.genesis).toBe(`sha256:${'0'.repeat(64)}`);
  const first = aegisFormula.seal({ id: 'aud_1', outcome: 'ALLOW' }, aegisFormula.genesis);
  const second = aegisFormula.seal({ id: 'aud_2', outcome: 'DENY' }, first.hash);
  expect(JSON.parse(second.text)).toMatchObject({ previous_hash: first.hash, hash: second.hash });
  expect(verifyChainSync([first.text, second.text], { formula: aegisFormula })).toMatchObject({ ok: true, count: 2 });
  const forged = second.text.replace('DENY', 'ALLOW');
  expect(verifyChainSync([first.text, forged], { formula: aegisFormula }).firstBad?.id).toBe('aud_2');
});

test('record_hmac of the engine is the documented one', () => {
  expect(vector.previous).toBe(aegisEngineFormula.genesis);
  expect(aegisEngineFormula.seal(record, vector.previous, KEY).hash).toBe(vector.record_hmac);
});

test('an engine chain verifies under its key, and no other', () => {
  const first = aegisEngineFormula.seal(record, aegisEngineFormula.genesis, KEY);
  const second = aegisEngineFormula.seal({ ...record, id: 'id2' }, first.hash, KEY);
  const verify = (lines: readonly string[], key?: string) =>
    verifyChainSync(lines, { formula: aegisEngineFormula, ...(key !== undefined && { key }) });
  expect(verify([first.text, second.text], KEY).ok).toBe(true);
  expect(verify([second.text], KEY).ok).toBe(false);
  expect(verify([first.text.replace('approved', 'denied')], KEY).firstBad?.code).toBe('bad_hash');
  expect(verify([first.text], 'other').firstBad?.code).toBe('bad_hash');
  expect(verify([first.text]).firstBad?.code).toBe('missing_key');
  expect(verify(['{"id":"x"}'], KEY).firstBad?.code).toBe('malformed_record');
  expect(codeOf(() => aegisEngineFormula.seal(record, ''))).toBe('missing_key');
});
