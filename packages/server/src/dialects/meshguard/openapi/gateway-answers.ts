import { z } from 'zod';
import { count, mode, time } from './fields.js';

// What the routes answer. The server sends what it builds; these serve the documentation, and the tests that hold
// every answer against them.

export const signedUp = z.strictObject({
  orgId: z.string(),
  name: z.string(),
  apiKey: z.string(),
  adminToken: z.string(),
  agentId: z.string().optional(),
  agentToken: z.string().optional(),
});
export const health = z.strictObject({
  status: z.enum(['healthy', 'unhealthy']),
  version: z.string(),
  mode,
  timestamp: time,
  uptime: count,
  checks: z.strictObject({ database: z.enum(['ok', 'error']), policies: z.literal('ok') }),
});
export const ready = z.strictObject({ ready: z.boolean() });
export const about = z.strictObject({ name: z.string(), version: z.string(), mode, docs: z.string() });
export const info = z.strictObject({
  name: z.string(),
  version: z.string(),
  mode,
  proxyTarget: z.string().nullable().optional(),
  store: z.string().optional(),
  checkpointKey: z.string(),
});
