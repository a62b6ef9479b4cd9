import { expect, test } from 'vitest';
import { gatewayRoot } from './dialects.js';

test.each([
  ['http://localhost:9090', 'rampart', 'http://localhost:9090'],
  ['http://localhost:9090/', 'rampart', 'http://localhost:9090'],
  ['http://localhost:9090/rampart', 'rampart', 'http://localhost:9090'],
  ['http://localhost:9090/api', 'vargate', 'http://localhost:9090'],
  ['http://localhost:9090/vargate/api/', 'vargate', 'http://localhost:9090'],
  ['http://proxy/gate/meshguard', 'meshguard', 'http://proxy/gate'],
  ['http://localhost:9090/api', 'aegis', 'http://localhost:9090/api'],
] as const)('%s of %s clients is the gateway %s', (url, dialect, root) => {
  expect(gatewayRoot(url, dialect)).toBe(root);
});
