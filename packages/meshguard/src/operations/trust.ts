import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import type {
  Anomaly,
  AnomalyQuery,
  AnomalySummary,
  Delegation,
  DelegationParams,
  TrustHistoryQuery,
  TrustRecompute,
  TrustScore,
} from '../types/index.js';
import { anomalies, anomalySummary, delegation, trustHistory, trustRecompute, trustScore } from '../wire/trust.js';

const read = { method: 'GET', auth: 'operator', retry: 'safe' } as const;
const write = { method: 'POST', auth: 'operator', retry: 'keyed' } as const;

export const getTrust: Operation<string, TrustScore> = {
  ...read,
  name: 'meshguard.trust.get',
  path: (agentId) => path`/agents/${agentId}/trust`,
  decode: zodDecoder(trustScore),
};

/** Whose scores, and which. */
export interface TrustHistoryCall extends TrustHistoryQuery {
  readonly agentId: string;
}

export const getTrustHistory: Operation<TrustHistoryCall, readonly TrustScore[]> = {
  ...read,
  name: 'meshguard.trust.history',
  path: ({ agentId }) => path`/agents/${agentId}/trust/history`,
  query: ({ limit, from }) => ({ limit, from }),
  decode: zodDecoder(trustHistory),
};

export const recomputeTrust: Operation<string, TrustRecompute> = {
  ...write,
  name: 'meshguard.trust.recompute',
  path: (orgId) => path`/orgs/${orgId}/trust/recompute`,
  decode: zodDecoder(trustRecompute),
};

export const createDelegation: Operation<DelegationParams, Delegation> = {
  ...write,
  name: 'meshguard.delegations.create',
  path: () => '/relationships',
  body: ({ relationshipType = 'delegates_to', permissionCeiling, ...params }) => ({
    orgId: params.orgId,
    sourceAgentId: params.sourceAgentId,
    targetAgentId: params.targetAgentId,
    relationshipType,
    scope: params.scope,
    permissionCeiling: permissionCeiling ?? params.scope,
    maxDepth: params.maxDepth,
    requiresApproval: params.requiresApproval,
    expiresAt: params.expiresAt,
  }),
  decode: zodDecoder(delegation),
};

/** Which relationship to end, and why. */
export interface DelegationRevocation {
  readonly id: string;
  readonly reason?: string | undefined;
}

export const revokeDelegation: Operation<DelegationRevocation, void> = {
  ...write,
  method: 'DELETE',
  name: 'meshguard.delegations.revoke',
  path: ({ id }) => path`/relationships/${id}`,
  body: ({ reason }) => ({ reason }),
  decode: () => {},
};

/** One page of anomalies. */
export interface AnomalyPageQuery extends AnomalyQuery {
  readonly offset: number;
}

export const listAnomalies: Operation<AnomalyPageQuery, readonly Anomaly[]> = {
  ...read,
  name: 'meshguard.anomalies.list',
  path: () => '/anomalies',
  query: ({ agentId, orgId, severity, resolved, from, to, limit, offset }) => ({
    agentId,
    orgId,
    severity,
    resolved,
    from,
    to,
    limit,
    offset,
  }),
  decode: zodDecoder(anomalies),
};

export const summarizeAnomalies: Operation<string, AnomalySummary> = {
  ...read,
  name: 'meshguard.anomalies.summary',
  path: (agentId) => path`/agents/${agentId}/anomalies/summary`,
  decode: zodDecoder(anomalySummary),
};
