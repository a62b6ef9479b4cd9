import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import { decodeEngineDown } from '../errors.js';
import type {
  AgentActivity,
  AuditPage,
  BulkReplay,
  BulkTarget,
  ChainIntegrity,
  DataSubject,
  Erasure,
  ErasureProof,
  Replay,
  ReplayPolicy,
  ReplayTarget,
} from '../types/index.js';
import {
  agentActivities,
  auditPage,
  chainIntegrity,
  dataSubjects,
  erasure,
  erasureProof,
  type RawPage,
  rawPage,
} from '../wire/audit.js';
import { bulkReplay, replay } from '../wire/replay.js';

const read = { method: 'GET', auth: 'tenant', retry: 'safe' } as const;
const write = { method: 'POST', auth: 'tenant', retry: 'keyed' } as const;

/** One page; gateways differ in their defaults, so that both numbers are always sent. */
export interface PagePlace {
  readonly limit: number;
  readonly offset: number;
}

export const getLog: Operation<PagePlace, AuditPage> = {
  ...read,
  name: 'vargate.audit.log',
  path: () => '/audit/log',
  query: ({ limit, offset }) => ({ limit, offset }),
  decode: zodDecoder(auditPage),
};

/** A thousand records may each hold 64 KiB of params, written twice. */
const MAX_RAW_BYTES = 256 * 1024 * 1024;

export const getRawLog: Operation<PagePlace, RawPage> = {
  ...read,
  name: 'vargate.verifyLocally',
  path: () => '/audit/log',
  query: ({ limit, offset }) => ({ limit, offset }),
  maxResponseBytes: MAX_RAW_BYTES,
  decode: zodDecoder(rawPage),
};

export const verifyChain: Operation<void, ChainIntegrity> = {
  ...read,
  name: 'vargate.audit.verify',
  path: () => '/audit/verify',
  decode: zodDecoder(chainIntegrity),
};

export const listAgents: Operation<{ readonly limit?: number }, readonly AgentActivity[]> = {
  ...read,
  name: 'vargate.audit.agents',
  path: () => '/audit/agents',
  query: ({ limit }) => ({ limit }),
  decode: zodDecoder(agentActivities),
};

/** A replay records nothing: it may be repeated. */
export const replayOne: Operation<ReplayTarget & ReplayPolicy, Replay> = {
  ...write,
  name: 'vargate.audit.replay',
  retry: 'safe',
  path: () => '/audit/replay',
  body: (input) => ({
    action_id: 'actionId' in input ? input.actionId : undefined,
    record_number: 'recordNumber' in input ? input.recordNumber : undefined,
    last_block: 'lastBlock' in input ? input.lastBlock : undefined,
    policy: input.policy,
  }),
  decode: zodDecoder(replay),
  errors: [decodeEngineDown],
};

export const replayMany: Operation<BulkTarget & ReplayPolicy, BulkReplay> = {
  ...write,
  name: 'vargate.audit.replayBulk',
  retry: 'safe',
  path: () => '/audit/replay-bulk',
  body: (input) => ({
    count: 'count' in input ? input.count : undefined,
    action_ids: 'actionIds' in input ? input.actionIds : undefined,
    policy: input.policy,
  }),
  decode: zodDecoder(bulkReplay),
  errors: [decodeEngineDown],
};

export const listSubjects: Operation<void, readonly DataSubject[]> = {
  ...read,
  name: 'vargate.audit.subjects',
  path: () => '/audit/subjects',
  decode: zodDecoder(dataSubjects),
};

/** Erasing again gives the same certificate. */
export const eraseSubject: Operation<string, Erasure> = {
  ...write,
  name: 'vargate.audit.erase',
  retry: 'safe',
  path: (subjectId) => path`/audit/erase/${subjectId}`,
  decode: zodDecoder(erasure),
};

export const verifyErasure: Operation<string, ErasureProof> = {
  ...read,
  name: 'vargate.audit.verifyErasure',
  path: (subjectId) => path`/audit/erase/${subjectId}/verify`,
  decode: zodDecoder(erasureProof),
};
