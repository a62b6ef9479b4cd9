import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import type { Agent, AgentToken, CreateAgentParams, CreatedAgent, UpdateAgentParams } from '../types/index.js';
import { agent, agents, agentToken, createdAgent } from '../wire/agents.js';

const decodeAgent = zodDecoder(agent);

export const listAgents: Operation<void, readonly Agent[]> = {
  name: 'meshguard.listAgents',
  method: 'GET',
  path: () => '/admin/agents',
  auth: 'admin',
  retry: 'safe',
  decode: zodDecoder(agents),
};

export const getAgent: Operation<string, Agent> = {
  name: 'meshguard.getAgent',
  method: 'GET',
  path: (id) => path`/admin/agents/${id}`,
  auth: 'admin',
  retry: 'safe',
  decode: decodeAgent,
};

export const createAgent: Operation<CreateAgentParams, CreatedAgent> = {
  name: 'meshguard.createAgent',
  method: 'POST',
  path: () => '/admin/agents',
  body: ({ name, trustTier = 'verified', tags = [], description, capabilities, metadata }) => ({
    name,
    trustTier,
    tags,
    description,
    capabilities,
    metadata,
  }),
  auth: 'admin',
  retry: 'keyed',
  decode: zodDecoder(createdAgent),
};

/** An agent's id and what to change about it. */
export interface AgentUpdate {
  readonly id: string;
  readonly changes: UpdateAgentParams;
}

export const updateAgent: Operation<AgentUpdate, Agent> = {
  name: 'meshguard.updateAgent',
  method: 'PATCH',
  path: ({ id }) => path`/admin/agents/${id}`,
  // JSON leaves out what is undefined: only the keys that were given arrive.
  body: ({ changes: { name, trustTier, tags, metadata } }) => ({ name, trustTier, tags, metadata }),
  auth: 'admin',
  retry: 'keyed',
  decode: decodeAgent,
};

export const revokeAgent: Operation<string, void> = {
  name: 'meshguard.revokeAgent',
  method: 'DELETE',
  path: (id) => path`/admin/agents/${id}`,
  auth: 'admin',
  retry: 'keyed',
  decode: () => {},
};

export const rotateToken: Operation<string, AgentToken> = {
  name: 'meshguard.rotateToken',
  method: 'POST',
  path: (id) => path`/admin/agents/${id}/token`,
  auth: 'admin',
  retry: 'keyed',
  decode: zodDecoder(agentToken),
};
