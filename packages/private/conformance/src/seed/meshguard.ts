import { meshguardAdminRows } from './meshguard-admin.js';
import { meshguardClientRows } from './meshguard-client.js';
import { meshguardHttpRows } from './meshguard-http.js';
import type { Parity } from './row.js';

export const meshguard: Parity = {
  document: 'Python SDK',
  gateway: 'MeshGuard',
  rows: [...meshguardHttpRows, ...meshguardClientRows, ...meshguardAdminRows],
  leftOut: [
    {
      item: '`pip install meshguard[langchain]`',
      why: 'framework wrappers stand on the Governor port, which `client.asGovernor()` is; a LangChain one is not published yet.',
    },
  ],
};
