import { ConfigurationError } from '@sallyport/core';
import { RampartClient } from '@sallyport/rampart';
import type { ChainReport } from '@sallyport/verify';

import verify = require('@sallyport/verify');

const report: ChainReport = verify.verifyChainSync([], { formula: verify.rampartFormula });
if (!report.ok) throw new Error('An empty log does not verify.');

try {
  new RampartClient({ url: 'not a url', token: 'x' });
  throw new Error('A client was made for an impossible address.');
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
}
