import { z } from 'zod';
import { anyObject, texts, time } from './fields.js';

// What the routes answer. The server sends what it builds; these serve the documentation, and the tests that hold
// every answer against them.

const agentFields = {
  id: z.string(),
  name: z.string(),
  trustTier: z.string(),
  tags: texts,
  orgId: z.string(),
  metadata: anyObject,
  description: z.string().optional(),
  capabilities: texts,
  status: z.enum(['active', 'suspended', 'revoked']),
  createdAt: time,
  updatedAt: time.optional(),
  revokedAt: time.optional(),
};

export const agent = z.strictObject(agentFields);
export const agentList = z.strictObject({ agents: z.array(agent) });
export const createdAgent = z.strictObject({ ...agentFields, token: z.string(), expiresAt: time });
export const newToken = z.strictObject({ id: z.string(), token: z.string(), expiresAt: time });
export const revokedAgent = z.strictObject({ status: z.literal('revoked'), id: z.string() });
