import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import { decodeEngineDown } from '../errors.js';
import type {
  ComplianceArtifact,
  CreatedSession,
  Interrupted,
  ManagedAgent,
  ManagedAgentParams,
  SessionEvent,
  SessionParams,
  SessionQuery,
  SessionReplay,
  SessionStatus,
} from '../types/index.js';
import { complianceArtifact } from '../wire/compliance.js';
import {
  createdSession,
  interrupted,
  managedAgent,
  managedAgents,
  sessionAudit,
  sessionList,
  sessionStatus,
} from '../wire/managed.js';
import { sessionReplay } from '../wire/replay.js';

const read = { method: 'GET', auth: 'tenant', retry: 'safe' } as const;
const write = { method: 'POST', auth: 'tenant', retry: 'keyed' } as const;

export const createAgent: Operation<ManagedAgentParams, ManagedAgent> = {
  ...write,
  name: 'vargate.managedAgents.create',
  path: () => '/managed/agents',
  body: (params) => ({
    name: params.name,
    anthropic_model: params.anthropicModel,
    system_prompt: params.systemPrompt,
    allowed_tools: params.allowedTools,
    require_human_approval: params.requireHumanApproval,
    max_session_hours: params.maxSessionHours,
    max_daily_sessions: params.maxDailySessions,
    max_delegation_depth: params.maxDelegationDepth,
    governance_profile: params.governanceProfile,
    parent_agent_id: params.parentAgentId,
  }),
  decode: zodDecoder(managedAgent),
};

export const listAgents: Operation<void, readonly ManagedAgent[]> = {
  ...read,
  name: 'vargate.managedAgents.list',
  path: () => '/managed/agents',
  decode: zodDecoder(managedAgents),
};

export const getAgent: Operation<string, ManagedAgent> = {
  ...read,
  name: 'vargate.managedAgents.get',
  path: (id) => path`/managed/agents/${id}`,
  decode: zodDecoder(managedAgent),
};

export const createSession: Operation<SessionParams, CreatedSession> = {
  ...write,
  name: 'vargate.sessions.create',
  path: () => '/managed/sessions',
  body: (params) => ({
    agent_id: params.agentId,
    user_message: params.userMessage,
    environment_id: params.environmentId,
    metadata: params.metadata,
  }),
  decode: zodDecoder(createdSession),
};

export const listSessions: Operation<SessionQuery, readonly SessionStatus[]> = {
  ...read,
  name: 'vargate.sessions.list',
  path: () => '/managed/sessions',
  query: ({ status, agentId, limit = 50 }) => ({ status, agent_id: agentId, limit }),
  decode: zodDecoder(sessionList),
};

export const getStatus: Operation<string, SessionStatus> = {
  ...read,
  name: 'vargate.sessions.status',
  path: (id) => path`/managed/sessions/${id}/status`,
  decode: zodDecoder(sessionStatus),
};

/** A session, and how many of its events. */
export interface SessionAuditQuery {
  readonly sessionId: string;
  readonly limit: number;
}

export const getSessionAudit: Operation<SessionAuditQuery, readonly SessionEvent[]> = {
  ...read,
  name: 'vargate.sessions.audit',
  path: ({ sessionId }) => path`/managed/sessions/${sessionId}/audit`,
  query: ({ limit }) => ({ limit }),
  decode: zodDecoder(sessionAudit),
};

/** A session, and why it shall stop. */
export interface Interrupt {
  readonly sessionId: string;
  readonly reason: string;
}

export const interruptSession: Operation<Interrupt, Interrupted> = {
  ...write,
  name: 'vargate.sessions.interrupt',
  path: ({ sessionId }) => path`/managed/sessions/${sessionId}/interrupt`,
  body: ({ reason }) => ({ reason }),
  decode: zodDecoder(interrupted),
};

export const getCompliance: Operation<string, ComplianceArtifact> = {
  ...read,
  name: 'vargate.sessions.compliance',
  path: (id) => path`/managed/sessions/${id}/compliance`,
  decode: zodDecoder(complianceArtifact),
};

/** A replay records nothing: it may be repeated. */
export const replaySession: Operation<string, SessionReplay> = {
  ...write,
  name: 'vargate.sessions.replay',
  retry: 'safe',
  path: (id) => path`/managed/sessions/${id}/replay`,
  decode: zodDecoder(sessionReplay),
  errors: [decodeEngineDown],
};
