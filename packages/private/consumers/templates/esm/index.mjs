import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { AegisClient } from '@sallyport/aegis';
import { AegisClientSync } from '@sallyport/aegis/sync';
import { ConfigurationError } from '@sallyport/core';
import { MeshGuardClient } from '@sallyport/meshguard';
import { MeshGuardClientSync } from '@sallyport/meshguard/sync';
import { RampartClient } from '@sallyport/rampart';
import { RampartClientSync } from '@sallyport/rampart/sync';
import { rampartFormula, verifyChainSync } from '@sallyport/verify';
import { round } from './round.cjs';

await round({
  RampartClient,
  RampartClientSync,
  MeshGuardClient,
  MeshGuardClientSync,
  AegisClient,
  AegisClientSync,
  rampartFormula,
  verifyChainSync,
});

// Two copies of a class, one of each module system, know each other's errors.
const required = createRequire(import.meta.url)('@sallyport/core');
assert.notEqual(required.ConfigurationError, ConfigurationError);
assert.ok(new required.ConfigurationError('from the other copy') instanceof ConfigurationError);
