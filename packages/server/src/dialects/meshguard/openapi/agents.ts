import { z } from 'zod';
import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as requests from '../schemas.js';
import * as answers from './agents-answers.js';
import { ADMIN, changing, finding, json, reading, writing } from './common.js';

/** Agents. */
export function agentOperations(): OperationDocs {
  const shared = { tag: 'MeshGuard: agents', access: ADMIN };
  const one = { 200: json('The agent.', answers.agent) };
  return {
    listAgents: {
      ...shared,
      summary: 'List agents',
      query: z.object({ revoked: z.string().optional() }),
      answers: { 200: json('Oldest first.', answers.agentList), ...reading },
    },
    createAgent: {
      ...shared,
      summary: 'Create an agent',
      description: 'Its token is told here, and never again.',
      body: requests.createAgentRequest,
      answers: { 201: json('The agent, with its token.', answers.createdAgent), ...writing },
    },
    getAgent: { ...shared, summary: 'Read an agent', answers: { ...one, ...finding } },
    updateAgent: {
      ...shared,
      summary: 'Change what is given of an agent',
      body: requests.updateAgentRequest,
      answers: { ...one, ...changing },
    },
    replaceAgent: {
      ...shared,
      summary: 'Replace an agent',
      body: requests.replaceAgentRequest,
      answers: { ...one, ...changing },
    },
    revokeAgent: {
      ...shared,
      summary: 'Revoke an agent, for good and at once',
      answers: { 200: json('Revoked.', answers.revokedAgent), ...changing },
    },
    rotateToken: {
      ...shared,
      summary: 'Give an agent another token',
      answers: { 200: json('The token; the one before is worth nothing.', answers.newToken), ...changing },
    },
  };
}
