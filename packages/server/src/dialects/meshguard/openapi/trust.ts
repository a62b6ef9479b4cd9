import { z } from 'zod';
import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as requests from '../schemas.js';
import { ADMIN, changing, finding, json, MEMBER, paging, range, reading } from './common.js';
import * as answers from './trust-answers.js';

/** Trust, delegation, anomalies. */
export function trustOperations(): OperationDocs {
  const shared = { tag: 'MeshGuard: trust', access: MEMBER };
  const anomalies = z.object({
    ...paging,
    ...range,
    agentId: z.string().optional(),
    orgId: z.string().optional(),
    severity: z.string().optional(),
    resolved: z.enum(['true', 'false']).optional(),
  });
  return {
    getTrust: {
      ...shared,
      summary: "Compute an agent's trust score",
      answers: { 200: json('The score.', answers.trustScore), ...finding },
    },
    trustHistory: {
      ...shared,
      summary: "List an agent's kept scores",
      query: z.object({ limit: z.string().optional(), from: z.string().optional() }),
      answers: { 200: json('Newest first.', answers.trustHistory), ...finding },
    },
    recomputeTrust: {
      ...shared,
      access: ADMIN,
      summary: 'Compute and keep all scores',
      answers: { 200: json('Kept.', answers.recomputed), ...finding },
    },
    listRelationships: {
      ...shared,
      summary: 'List relationships',
      answers: { 200: json('Oldest first.', answers.relationshipList), ...reading },
    },
    createRelationship: {
      ...shared,
      summary: 'Delegate, or bind two agents otherwise',
      body: requests.relationshipRequest,
      answers: { 201: json('The relationship and its receipt.', answers.createdRelationship), ...changing },
    },
    endRelationship: {
      ...shared,
      summary: 'Revoke a relationship',
      body: requests.revokeRelationshipRequest,
      answers: { 200: json('Revoked.', answers.endedRelationship), ...changing },
    },
    listAnomalies: {
      ...shared,
      summary: 'List anomalies',
      query: anomalies,
      answers: { 200: json('Newest first.', answers.anomalyList), ...reading },
    },
    resolveAnomaly: {
      ...shared,
      access: ADMIN,
      summary: 'Resolve an anomaly',
      body: requests.resolveAnomalyRequest,
      answers: { 200: json('Resolved.', answers.anomaly), ...changing },
    },
    summarizeAnomalies: {
      ...shared,
      summary: "Summarise an agent's anomalies",
      answers: { 200: json('Of 30 days.', answers.anomalySummary), ...finding },
    },
  };
}
