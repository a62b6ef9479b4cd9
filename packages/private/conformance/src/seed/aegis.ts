import { aegisClientRows } from './aegis-client.js';
import { aegisHttpRows } from './aegis-http.js';
import { aegisSetupRows } from './aegis-setup.js';
import type { Parity } from './row.js';

export const aegis: Parity = {
  document: 'Python SDK',
  gateway: 'AEGIS',
  rows: [...aegisHttpRows, ...aegisSetupRows, ...aegisClientRows],
  leftOut: [
    {
      item: '`pip install aegis-sdk`, virtual environments',
      why: 'they are of Python; here it is `npm install @sallyport/aegis`.',
    },
    {
      item: '`timeout` and `retry_delay` in seconds',
      why: 'units are in the names here: `timeoutMs`, `retryDelayMs`; the old names are refused, with a hint.',
    },
  ],
};
