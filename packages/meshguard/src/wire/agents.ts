import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { Agent, AgentToken, CreatedAgent } from '../types/index.js';

const fields = {
  id: z.string(),
  name: field.orEmpty,
  trustTier: field.orEmpty,
  tags: field.texts,
  orgId: field.text,
  description: field.text,
  capabilities: z.array(z.string()).nullish(),
  metadata: field.record,
  status: field.text,
  createdAt: field.text,
  updatedAt: field.text,
  revokedAt: field.text,
};

export const agent = z.object(fields).transform((body): Agent => compact(body));

export const agents = z.object({ agents: field.list(agent) }).transform((body): readonly Agent[] => body.agents);

export const createdAgent = z
  .object({ ...fields, token: z.string().min(1) })
  .transform((body): CreatedAgent => compact(body));

export const agentToken = z
  .object({ token: z.string().min(1), expiresAt: field.text })
  .transform((body): AgentToken => compact(body));
