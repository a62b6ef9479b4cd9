import { expect, test } from 'vitest';
import { canonicalCall } from './documents/canonical.js';
import { decisionRequest } from './schemas.js';

const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  text: [1, true, [], {}],
  flag: [1, 'true', [], {}],
  map: [1, 'x', true, []],
};

const KINDS: Readonly<Record<string, keyof typeof WRONG>> = {
  params: 'map',
  input: 'map',
  approval_owner: 'map',
  enforce: 'flag',
  verification: 'flag',
  openclaw_hosted: 'flag',
  skip_pending_approval: 'flag',
};

function isAccepted(body: object): boolean {
  try {
    canonicalCall('exec', body);
    return true;
  } catch {
    return false;
  }
}

test.each(Object.keys(decisionRequest.shape))('what is documented of %s is what the server reads', (field) => {
  const kind = KINDS[field] ?? 'text';
  const right = { text: 'x', flag: true, map: {} }[kind];
  for (const value of [right, null]) {
    expect(decisionRequest.safeParse({ [field]: value }).success).toBe(true);
    expect(isAccepted({ [field]: value })).toBe(true);
  }
  for (const value of WRONG[kind] ?? []) {
    expect(decisionRequest.safeParse({ [field]: value }).success, JSON.stringify(value)).toBe(false);
    expect(isAccepted({ [field]: value }), JSON.stringify(value)).toBe(false);
  }
});

test('own keys of any name reach the policies', () => {
  const body = JSON.parse('{"params":{"__proto__":{"a":1},"constructor":2}}');
  expect(Object.keys(canonicalCall('custom', body).call.params)).toEqual(['__proto__', 'constructor']);
  expect(decisionRequest.parse(body).params).toEqual(body.params);
});
