import { AegisClient } from '@sallyport/aegis';
import { ConfigurationError } from '@sallyport/core';
import { MeshGuardClient } from '@sallyport/meshguard';
import { RampartClient } from '@sallyport/rampart';
import type { ChainReport } from '@sallyport/verify';

import verify = require('@sallyport/verify');

const report: ChainReport = verify.verifyChainSync([], { formula: verify.rampartFormula });
if (!report.ok) throw new Error('An empty log does not verify.');

const impossible = [
  () => new RampartClient({ url: 'not a url', token: 'x' }),
  () => new MeshGuardClient({ gatewayUrl: 'not a url', agentToken: 'x' }),
  () => new AegisClient({ endpoint: 'not a url', apiKey: 'x' }),
];
for (const make of impossible) {
  let thrown: unknown;
  try {
    make();
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof ConfigurationError)) throw new Error('A client was made for an impossible address.');
}
