import { type CallPromise, ConfigurationError, type Pages, type RequestOptions } from '@sallyport/core';
import { checkNames, checkPlainObject, checkText, cursorPages, mapCall } from '@sallyport/core/internal';
import { type Connection, checked } from './connection.js';
import { checkProof } from './inclusion.js';
import { checkWhole } from './numbers.js';
import {
  eraseSubject,
  getLog,
  listAgents,
  listSubjects,
  replayMany,
  replayOne,
  verifyChain,
  verifyErasure,
} from './operations/audit.js';
import { getConsistency, getProof, listRoots } from './operations/merkle.js';
import { AUDIT_QUERY_NAMES } from './option-names.js';
import type {
  AgentActivity,
  AuditPage,
  AuditQuery,
  AuditRecord,
  BulkReplay,
  BulkTarget,
  ChainIntegrity,
  Consistency,
  DataSubject,
  Erasure,
  ErasureProof,
  InclusionProof,
  MerkleRoots,
  Replay,
  ReplayPolicy,
  ReplayTarget,
} from './types/index.js';

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 1000;
const MAX_TREES = 500;
const HASH = /^[0-9a-f]{64}$/i;

/** Where a later page begins, and the oldest record that was handed out. */
interface Cursor {
  readonly offset: number;
  readonly before: number;
}

function checkHash(recordHash: unknown): void {
  if (typeof recordHash === 'string' && HASH.test(recordHash)) return;
  throw new ConfigurationError('recordHash must be the 64 hex digits of a record_hash.');
}

/**
 * The audit log, and what proves it. `verifyLocally()` and `watchTree()` of the client check it without believing the
 * gateway.
 *
 * @example
 * ```ts
 * import { VargateClient } from '@sallyport/vargate';
 *
 * const { audit } = new VargateClient();
 * for await (const { createdAt, tool, decision } of audit.log()) process.stdout.write(`${createdAt} ${tool}: ${decision}\n`);
 * ```
 */
export class AuditApi {
  readonly #connection: Connection;

  /** @internal Made by the client. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Records, newest first: await it for the first page, iterate it for all. What is recorded meanwhile moves the others to
   * later pages; none is handed out twice.
   */
  log(query: AuditQuery = {}, options?: RequestOptions): Pages<AuditRecord, AuditPage> {
    const { limit = DEFAULT_LIMIT, offset = 0 } = query;
    const fetch = ({ offset: at, before }: Cursor = { offset, before: Number.POSITIVE_INFINITY }) =>
      checked(() => {
        checkNames(query, AUDIT_QUERY_NAMES, 'vargate.audit.log');
        checkWhole('limit', limit, 1, MAX_LIMIT);
        checkWhole('offset', offset, 0, Number.MAX_SAFE_INTEGER);
        const page = this.#connection.call(getLog, { limit, offset: at }, options);
        return mapCall(page, (got) => ({ ...got, records: got.records.filter(({ id }) => id < before) }));
      });
    return cursorPages<AuditRecord, AuditPage, Cursor>({
      fetch,
      items: ({ records }) => records,
      next: ({ count, offset: at, records, total }, cursor) => {
        const following = Math.max(at, cursor?.offset ?? offset) + count;
        if (count === 0 || following >= total) return undefined;
        return { offset: following, before: records.at(-1)?.id ?? cursor?.before ?? Number.POSITIVE_INFINITY };
      },
    });
  }

  /** Has the gateway verify its own chain. A broken one is an answer, not an error. */
  verify(options?: RequestOptions): CallPromise<ChainIntegrity> {
    return this.#connection.call(verifyChain, undefined, options);
  }

  /**
   * What each agent has done, the busiest first.
   *
   * @param query - `limit` is 1 to 100; 20 when absent.
   */
  agents(query: { readonly limit?: number } = {}, options?: RequestOptions): CallPromise<readonly AgentActivity[]> {
    return checked(() => {
      checkWhole('limit', query.limit, 1, 100);
      return this.#connection.call(listAgents, query, options);
    });
  }

  /**
   * The newest hourly trees, newest first.
   *
   * @param query - `limit` is 1 to 500; 100 when absent.
   */
  merkleRoots(query: { readonly limit?: number } = {}, options?: RequestOptions): CallPromise<MerkleRoots> {
    return checked(() => {
      checkWhole('limit', query.limit, 1, MAX_TREES);
      return this.#connection.call(listRoots, query, options);
    });
  }

  /**
   * Proves that a record is in a tree. The proof is checked here: `verified` is this client's finding.
   *
   * @param recordHash - 64 hex digits.
   * @throws NotFoundError while the record's hour is not over, or when there is no such record.
   */
  merkleProof(recordHash: string, options?: RequestOptions): CallPromise<InclusionProof> {
    return checked(() => {
      checkHash(recordHash);
      return mapCall(this.#connection.call(getProof, recordHash, options), (proof) => checkProof(recordHash, proof));
    });
  }

  /**
   * Has the gateway hold two of its trees against each other. `watchTree()` does not have to believe the answer.
   *
   * @param n - the older tree's index, from 0. @param m - the later one's.
   * @throws NotFoundError when there is no such tree.
   */
  consistency(n: number, m: number, options?: RequestOptions): CallPromise<Consistency> {
    return checked(() => {
      checkWhole('n', n, 0, Number.MAX_SAFE_INTEGER);
      checkWhole('m', m, n + 1, Number.MAX_SAFE_INTEGER);
      return this.#connection.call(getConsistency, { n, m }, options);
    });
  }

  /**
   * Decides a recorded call again, and compares. Nothing is recorded, and nothing is carried out.
   *
   * @param target - an action's id, or `{ actionId }`, `{ recordNumber }`, `{ lastBlock: true }`, and `policy`.
   * @throws UnprocessableError when the record holds no policy input, as those of observed calls do not.
   */
  replay(target: string | (ReplayTarget & ReplayPolicy), options?: RequestOptions): CallPromise<Replay> {
    return checked(() => {
      const input = typeof target === 'string' ? { actionId: target } : target;
      checkPlainObject('target', input);
      if ('actionId' in input) checkText('actionId', input.actionId);
      if ('recordNumber' in input) checkWhole('recordNumber', input.recordNumber, 1, Number.MAX_SAFE_INTEGER);
      return this.#connection.call(replayOne, input, options);
    });
  }

  /** Decides many recorded calls again: the last `count`, or those with these ids. */
  replayBulk(target: BulkTarget & ReplayPolicy = { count: 10 }, options?: RequestOptions): CallPromise<BulkReplay> {
    return checked(() => {
      checkPlainObject('target', target);
      if ('count' in target) checkWhole('count', target.count, 1, Number.MAX_SAFE_INTEGER);
      return this.#connection.call(replayMany, target, options);
    });
  }

  /** Whose data is in the log. */
  subjects(options?: RequestOptions): CallPromise<readonly DataSubject[]> {
    return this.#connection.call(listSubjects, undefined, options);
  }

  /**
   * Destroys a subject's key, so that nobody can read their data any more. The records stay, and the chain stays valid. It
   * cannot be undone.
   *
   * @throws NotFoundError when there is no such subject.
   */
  erase(subjectId: string, options?: RequestOptions): CallPromise<Erasure> {
    return this.#connection.call(eraseSubject, subjectId, options);
  }

  /** Has the gateway try to read an erased subject's data. What it can still read is not handed out here. */
  verifyErasure(subjectId: string, options?: RequestOptions): CallPromise<ErasureProof> {
    return this.#connection.call(verifyErasure, subjectId, options);
  }
}
