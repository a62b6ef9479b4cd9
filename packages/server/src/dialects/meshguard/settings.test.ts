import { expect, test } from 'vitest';
import type { MeshGuardOptions } from './options.js';
import { readSettings } from './settings.js';

test('what is not said is as documented', () => {
  expect(readSettings({}, false)).toMatchObject({
    mode: 'enforce',
    proxyTarget: undefined,
    proxyTimeoutMs: 30_000,
    tokenLifetimeMs: 86_400_000,
    approvalTimeoutMs: 3_600_000,
    rateLimitRpm: 600,
    signup: false,
    destructive: {
      enabled: true,
      defaultCoolingOffMs: 30_000,
      maxCoolingOffMs: 300_000,
      requireApprovalForCritical: true,
      bypassForTrustTiers: [],
    },
  });
  expect(readSettings({}, true)).toMatchObject({ rateLimitRpm: undefined, signup: true });
});

const bad: readonly (readonly [string, MeshGuardOptions])[] = [
  ['proxyTarget', { proxyTarget: 'ftp://example.com' }],
  ['proxyTarget', { proxyTarget: 'http://user:pw@example.com' }],
  ['proxyTarget', { proxyTarget: 'http://example.com/?q=1' }],
  ['proxyTimeoutMs', { proxyTimeoutMs: 0 }],
  ['tokenLifetimeMs', { tokenLifetimeMs: 1.5 }],
  ['approvalTimeoutMs', { approvalTimeoutMs: -1 }],
  ['adminToken', { adminToken: 'short' }],
  ['adminToken', { adminToken: 'with a blank in it, and long' }],
  ['adminToken', { adminToken: `msat_${'0'.repeat(32)}` }],
  ['rateLimitRpm', { rateLimitRpm: 0 }],
  ['destructive.bypassForTrustTiers', { destructive: { bypassForTrustTiers: ['royal'] } }],
  ['alerts.webhookUrl', { alerts: { webhookUrl: 'nowhere' } }],
  ['alerts.webhookSecret', { alerts: { webhookUrl: 'https://example.com', webhookSecret: '' } }],
];

test.each(bad)('%s that cannot be used', (option, options) => {
  expect(() => readSettings(options, false)).toThrow(`meshguard.${option} must be`);
});
