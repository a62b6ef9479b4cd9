import assert from 'node:assert/strict';
import { AegisClient } from '@sallyport/aegis';
import { AegisClientSync } from '@sallyport/aegis/sync';
import { type GovernorDecision, govern, PolicyDeniedError, SallyportError } from '@sallyport/core';
import { MeshGuardClient } from '@sallyport/meshguard';
import { MeshGuardClientSync } from '@sallyport/meshguard/sync';
import { RampartClient } from '@sallyport/rampart';
import { RampartClientSync } from '@sallyport/rampart/sync';
import { createGateway } from '@sallyport/server';
import { rampartFormula, verifyChainSync } from '@sallyport/verify';
import shared from './round.cjs';

await shared.round({
  RampartClient,
  RampartClientSync,
  MeshGuardClient,
  MeshGuardClientSync,
  AegisClient,
  AegisClientSync,
  rampartFormula,
  verifyChainSync,
});

// The gateway in the caller's own process, and what a wrapper of a framework is written against.
const gateway = await createGateway({ store: 'memory', dev: true });
const url = await gateway.listen({ port: 0 });
const rampart = new RampartClient({ url, token: gateway.credentials['rampart']?.['token'] ?? '' });
const governor = rampart.asGovernor();
const decision: GovernorDecision = await governor.decide({ tool: 'exec', input: { command: 'rm -rf /' } });
assert.equal(decision.outcome, 'deny');
try {
  await govern(governor, { tool: 'exec', input: { command: 'rm -rf /' } }, async () => assert.fail('it ran'));
  assert.fail('it was let through');
} catch (error) {
  assert.ok(error instanceof SallyportError && error instanceof PolicyDeniedError);
}
await rampart.close();
await gateway.close();
