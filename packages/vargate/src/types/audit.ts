/**
 * One record of the audit log. Words such as `decision` are an open list here: a log may be older or newer than its reader.
 *
 * @example
 * ```ts
 * import type { AuditRecord } from '@sallyport/vargate';
 *
 * const wasRefused = ({ decision }: AuditRecord): boolean => decision === 'deny';
 * ```
 */
export interface AuditRecord {
  /** The record's number in the log; numbers have gaps. */
  readonly id: number;
  readonly actionId: string;
  readonly agentId: string;
  readonly tool: string;
  readonly method: string;
  /** Personal data in it is encrypted. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The very text that was hashed, where the gateway sends it. */
  readonly paramsRaw?: string;
  readonly requestedAt: string;
  /** `allow`, `deny`, `pending_approval` or `observed`. */
  readonly decision: string;
  readonly violations: readonly string[];
  readonly violationsRaw?: string;
  readonly severity: string;
  readonly alertTier?: string;
  readonly bundleRevision: string;
  /** `GENESIS` for a tenant's first record. */
  readonly prevHash: string;
  /** 64 hex digits. */
  readonly recordHash: string;
  readonly createdAt: string;
  /** 1 or 2; 0 for what was only observed. */
  readonly evaluationPass?: number;
  readonly anomalyScoreAtEval?: number;
  readonly containsPii?: boolean;
  readonly piiSubjectId?: string;
  readonly piiFields?: readonly string[];
  /** `active` or `erased`. */
  readonly erasureStatus?: string;
  /** `agent_direct`, `vargate_brokered` or `observed`. */
  readonly executionMode?: string;
  readonly executionResult?: unknown;
  readonly executionLatencyMs?: number;
  /** The name of a credential, never its value: `stripe:api_key`. */
  readonly credentialAccessed?: string;
  /** `direct`, `mcp_governed`, `mcp_observed` or `control_plane`. */
  readonly source?: string;
  readonly managedSessionId?: string;
}

/**
 * Which part of the audit log.
 *
 * @example
 * ```ts
 * import type { AuditQuery } from '@sallyport/vargate';
 *
 * const query: AuditQuery = { limit: 50 };
 * ```
 */
export interface AuditQuery {
  /**
   * Records of one page, 1 to 1000.
   * @defaultValue `200`
   */
  readonly limit?: number;
  /**
   * Newest records to pass over.
   * @defaultValue `0`
   */
  readonly offset?: number;
}

/**
 * A page of the audit log, newest first.
 *
 * @example
 * ```ts
 * import type { AuditPage } from '@sallyport/vargate';
 *
 * const left = ({ total, offset, count }: AuditPage): number => total - offset - count;
 * ```
 */
export interface AuditPage {
  readonly records: readonly AuditRecord[];
  readonly count: number;
  readonly offset: number;
  /** Records in the whole log. */
  readonly total: number;
  readonly tenantId?: string;
}

/**
 * What the gateway says of its own chain. `verifyLocally()` does not have to believe it.
 *
 * @example
 * ```ts
 * import type { ChainIntegrity } from '@sallyport/vargate';
 *
 * const line = ({ valid, recordCount }: ChainIntegrity): string => `Chain valid: ${valid}, records: ${recordCount}`;
 * ```
 */
export interface ChainIntegrity {
  readonly valid: boolean;
  /** Some gateways leave it out when the chain is broken. */
  readonly recordCount?: number;
  readonly failedAtActionId?: string;
  /** `prev_hash mismatch` or `record_hash mismatch`. */
  readonly reason?: string;
  readonly tenantId?: string;
}

/**
 * What one agent has done.
 *
 * @example
 * ```ts
 * import type { AgentActivity } from '@sallyport/vargate';
 *
 * const isSuspicious = ({ anomalyScore }: AgentActivity): boolean => anomalyScore > 0.7;
 * ```
 */
export interface AgentActivity {
  readonly agentId: string;
  readonly total: number;
  readonly blocked: number;
  readonly lastAction?: string;
  /** 0 to 1, the highest at any decision. */
  readonly anomalyScore: number;
  readonly tools: readonly string[];
}

/**
 * A person whose data is in the log.
 *
 * @example
 * ```ts
 * import type { DataSubject } from '@sallyport/vargate';
 *
 * const isErased = ({ erasureStatus }: DataSubject): boolean => erasureStatus === 'erased';
 * ```
 */
export interface DataSubject {
  readonly subjectId: string;
  readonly recordCount: number;
  readonly erasureStatus: string;
  readonly lastSeen?: string;
}

/**
 * What an erasure did: the subject's key is destroyed, the records and their hashes stay as they are.
 *
 * @example
 * ```ts
 * import type { Erasure } from '@sallyport/vargate';
 *
 * const proof = ({ erasureCertificate = '' }: Erasure): string => erasureCertificate;
 * ```
 */
export interface Erasure {
  readonly subjectId: string;
  readonly recordsAffected: number;
  /** SHA-256 of `<subject>:key-<subject>-v1:<erased at>`. */
  readonly erasureCertificate?: string;
  readonly erasedAt?: string;
  readonly interpretation?: string;
}

/**
 * Whether a subject's data can still be read. What could be decrypted is not handed out.
 *
 * @example
 * ```ts
 * import type { ErasureProof } from '@sallyport/vargate';
 *
 * const isGone = ({ erasureVerified }: ErasureProof): boolean => erasureVerified;
 * ```
 */
export interface ErasureProof {
  readonly subjectId: string;
  /** True when nothing could be decrypted any more. */
  readonly erasureVerified: boolean;
  readonly keyExists?: boolean;
  readonly fieldsTested?: number;
  /** By the names of fields. */
  readonly results: Readonly<Record<string, { readonly erasureVerified: boolean; readonly encryptedValue?: string }>>;
  /** `failed` or `succeeded`. */
  readonly decryptionResult?: string;
  readonly interpretation?: string;
}
