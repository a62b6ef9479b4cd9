import { expect, test } from 'vitest';
import { codeOf } from '../testing/codes.js';
import { type VargateRecord, vargateFormula } from './vargate.js';
import { verifyChainSync } from './verify-chain.js';

const first: VargateRecord = {
  action_id: '00000000-0000-4000-8000-000000000001',
  agent_id: 'agent-a',
  tool: 'http',
  method: 'GET',
  params: '{"url":"https://api.example.com/data"}',
  requested_at: '2026-04-11T14:30:00.123456+00:00',
  decision: 'allow',
  violations: '[]',
  severity: 'none',
  bundle_revision: 'v1.0.0-prototype',
};

const second: VargateRecord = {
  ...first,
  action_id: '00000000-0000-4000-8000-000000000002',
  tool: 'stripe',
  method: 'create_transfer',
  params: '{"amount":50000,"destination":"acct_\\u00e9","ratio":1.0}',
  requested_at: '2026-04-11T14:30:01.000001+00:00',
  decision: 'deny',
  violations: '["high_value_transaction_unapproved"]',
  severity: 'high',
};

const seal = (draft: VargateRecord, previous = 'GENESIS') => vargateFormula.seal(draft, previous);
const verify = (...lines: readonly string[]) => verifyChainSync(lines, { formula: vargateFormula });

/** A sealed record as the audit log shows it: its JSON columns parsed, the texts beside them. */
function shown(text: string, changes: Readonly<Record<string, unknown>> = {}): string {
  const record = JSON.parse(text);
  const { params, violations } = record;
  const raw = { params_raw: params, violations_raw: violations };
  return JSON.stringify({
    ...record,
    params: JSON.parse(params),
    violations: JSON.parse(violations),
    ...raw,
    ...changes,
  });
}

test('record_hash is the documented one, from GENESIS on', () => {
  const one = seal(first);
  expect(one.hash).toBe('6723bbe3ba664c125b418602221d69e59e8cdb9e964c8955bc918d83c8c97223');
  expect(seal(second, one.hash).hash).toBe('205efa208e56cbb9c9add67f17c683866eab62f1cee02219ce9da23a7a8bcd07');
});

test('a chain verifies as it is stored and as the audit log shows it', () => {
  const one = seal(first);
  const two = seal(second, one.hash);
  expect(verify(one.text, two.text)).toMatchObject({ ok: true, count: 2, head: two.hash });
  expect(verify(shown(one.text), shown(two.text))).toMatchObject({ ok: true, count: 2 });
  expect(verify(two.text).firstBad?.code).toBe('unanchored_range');
});

test('without its raw text a record is hashed as Python would have written it', () => {
  const bare = (draft: VargateRecord) => shown(seal(draft).text, { params_raw: undefined, violations_raw: undefined });
  const accented = { ...first, params: '{"to":"Jos\\u00e9","n":[1,{"a":null}]}' };
  expect(verify(bare(accented)).ok).toBe(true);
  // JSON.parse has forgotten that the ratio was written 1.0.
  expect(verify(bare({ ...first, params: '{"ratio":1.0}' })).firstBad?.code).toBe('bad_hash');
});

test.each(['agent_id', 'tool', 'method', 'requested_at', 'decision', 'severity', 'bundle_revision', 'record_hash'])(
  'a changed %s is found',
  (field) => {
    const { text } = seal(first);
    expect(verify(shown(text, { [field]: 'changed' })).firstBad).toMatchObject({
      code: 'bad_hash',
      id: first.action_id,
    });
  },
);

test('params that do not say what their raw text says are found', () => {
  const { text } = seal(first);
  expect(verify(shown(text, { params: { url: 'https://other.test' } })).firstBad?.code).toBe('malformed_record');
  expect(verify(shown(text, { violations: ['x'] })).firstBad?.code).toBe('malformed_record');
  expect(verify(shown(text, { params_raw: '{' })).firstBad?.code).toBe('malformed_record');
});

test('what is no record is refused', () => {
  expect(verify('{"record_hash":"x"}').firstBad?.code).toBe('malformed_record');
  expect(verify('[]').firstBad?.code).toBe('malformed_record');
  const { text } = seal(first);
  expect(verify(shown(text, { tool: 5 })).firstBad?.code).toBe('malformed_record');
  expect(verify(shown(text, { params: null })).firstBad?.code).toBe('malformed_record');
  expect(codeOf(() => vargateFormula.rehash('{}', { previous: 'GENESIS', hash: '' }))).toBe('malformed_record');
});
