import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { chainOf } from '../testing/records.js';
import { meshguardFormula } from './meshguard.js';
import { verifyChainSync } from './verify-chain.js';

const lines = chainOf(meshguardFormula, [
  { id: 'audit_1', action: 'read:contacts', decision: 'allow' },
  { id: 'audit_2', action: 'delete:contacts', decision: 'deny', reason: 'nö' },
]);

test('a record is hashed without its hash, with the hash of the one before', () => {
  const hashed = `{"action":"read:contacts","decision":"allow","id":"audit_1","previousHash":"sha256:${'0'.repeat(64)}"}`;
  const hash = `sha256:${createHash('sha256').update(hashed).digest('hex')}`;
  expect(lines[0]).toBe(`${hashed.slice(0, -1)},"hash":"${hash}"}`);
  expect(lines[1]).toContain(`"previousHash":"${hash}"`);
});

test('a decision that is turned round does not verify', () => {
  expect(verifyChainSync(lines, { formula: meshguardFormula }).ok).toBe(true);
  const turned = lines.map((line) => line.replace('"decision":"deny"', '"decision":"allow"'));
  expect(verifyChainSync(turned, { formula: meshguardFormula })).toMatchObject({
    ok: false,
    firstBad: { id: 'audit_2' },
  });
});
