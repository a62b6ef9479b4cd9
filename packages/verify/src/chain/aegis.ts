import { createHmac } from 'node:crypto';
import { VerificationError } from '../errors.js';
import { parseObject, textMember } from '../json/lines.js';
import { pythonJson } from '../json/python.js';
import { canonicalFormula } from './canonical.js';
import type { ChainFormula, ChainKey } from './formula.js';

/**
 * The chain of the AEGIS platform's audit log: `"sha256:" + hex(SHA-256(entry))`, the entry being the canonical JSON
 * (RFC 8785) of everything but its `hash`, its `previous_hash` included. The first entry follows on 64 zeros.
 *
 * @example
 * ```ts
 * import { aegisFormula, verifyChainSync } from '@sallyport/verify';
 *
 * const entry = { id: 'aud_1', event_type: 'governance.decision', outcome: 'ALLOW' };
 * const { text } = aegisFormula.seal(entry, aegisFormula.genesis);
 * verifyChainSync([text], { formula: aegisFormula }).ok; // true
 * ```
 */
export const aegisFormula: ChainFormula<Readonly<Record<string, unknown>>> = canonicalFormula({ name: 'aegis' });

/**
 * A record of the AEGIS engine's own audit store, before it is sealed.
 *
 * @example
 * ```ts
 * import type { AegisEngineRecord } from '@sallyport/verify';
 *
 * const record: AegisEngineRecord = {
 *   id: '0b6f4a36-6e2b-4a0e-8a53-0d1c8f6f8c11',
 *   request_id: 'req-1',
 *   agent_id: 'agent-001',
 *   action_type: 'data_access',
 *   action_target: 'database.query',
 *   action_parameters: { database: 'production' },
 *   decision: 'approved',
 *   reason: "Approved by policy 'Allow queries'.",
 *   policy_evaluations: [],
 *   session_id: 'sess_abc123',
 *   timestamp: '2026-03-24T00:00:00+00:00',
 * };
 * ```
 */
export interface AegisEngineRecord {
  readonly id: string;
  readonly request_id: string;
  readonly agent_id: string;
  readonly action_type: string;
  readonly action_target: string;
  readonly action_parameters: Readonly<Record<string, unknown>>;
  readonly decision: string;
  readonly reason: string;
  readonly policy_evaluations: readonly unknown[];
  readonly session_id: string;
  readonly timestamp: string;
}

/** In the order in which they are joined. */
const SEALED = [
  'id',
  'request_id',
  'agent_id',
  'action_type',
  'action_target',
  'action_parameters',
  'decision',
  'reason',
  'policy_evaluations',
  'session_id',
  'timestamp',
] as const satisfies readonly (keyof AegisEngineRecord)[];

function hmacOf(record: Readonly<Record<string, unknown>>, previous: string, key: ChainKey | undefined): string {
  if (!key?.length) {
    throw new VerificationError('missing_key', "the engine's records are keyed: give the key that it was started with");
  }
  const parts = SEALED.map((field) => {
    const value = record[field];
    return typeof value === 'string' ? value : pythonJson(value ?? null);
  });
  return createHmac('sha256', key)
    .update([...parts, previous].join('|'))
    .digest('hex');
}

/**
 * The keyed chain of the AEGIS engine (`aegis-core`): `record_hmac` is HMAC-SHA256 over the fields and `prev_hash`, joined
 * by `|`, with objects as Python's `json.dumps` writes them. Lines are the records as JSON.
 *
 * @throws VerificationError `missing_key` when it seals or checks without a key.
 * @example
 * ```ts
 * import { aegisEngineFormula, verifyChainSync } from '@sallyport/verify';
 *
 * const lines = ['{"id":"1","record_hmac":"…","prev_hash":"…"}'];
 * verifyChainSync(lines, { formula: aegisEngineFormula, key: 'the key of the engine' }).ok;
 * ```
 */
export const aegisEngineFormula: ChainFormula<AegisEngineRecord> = {
  name: 'aegis-engine',
  genesis: '0'.repeat(64),
  seal(draft, previous, key) {
    const hash = hmacOf({ ...draft }, previous, key);
    return { text: JSON.stringify({ ...draft, record_hmac: hash, prev_hash: previous }), hash };
  },
  read(line) {
    const record = parseObject(line);
    const hash = record?.['record_hmac'];
    const previous = record?.['prev_hash'];
    if (record === undefined || typeof hash !== 'string' || typeof previous !== 'string') {
      throw new VerificationError(
        'malformed_record',
        'the line is not a JSON object with "record_hmac" and "prev_hash": pass one record a line',
      );
    }
    return { previous, hash, record };
  },
  rehash: (line, { previous, record }, key) => hmacOf(record ?? parseObject(line) ?? {}, previous, key),
  identify: (line) => textMember(line, 'id'),
};
