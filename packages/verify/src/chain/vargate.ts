import { isDeepStrictEqual } from 'node:util';
import { VerificationError } from '../errors.js';
import { sha256Hex } from '../hash.js';
import { parseObject, textMember } from '../json/lines.js';
import { pythonJson } from '../json/python.js';
import type { ChainFormula } from './formula.js';

/**
 * A record of Vargate's audit log, before it is sealed. `params` and `violations` are JSON *texts*: the text is what is
 * hashed, so write it once and keep it as it is. Members beyond the ten below are stored with the record and not hashed.
 *
 * @example
 * ```ts
 * import type { VargateRecord } from '@sallyport/verify';
 *
 * const record: VargateRecord = {
 *   action_id: '550e8400-e29b-41d4-a716-446655440000',
 *   agent_id: 'my-agent-v1',
 *   tool: 'http',
 *   method: 'GET',
 *   params: '{"url":"https://api.example.com/data"}',
 *   requested_at: '2026-04-11T14:30:00.123456+00:00',
 *   decision: 'allow',
 *   violations: '[]',
 *   severity: 'none',
 *   bundle_revision: 'v1.0.0-prototype',
 * };
 * ```
 */
export interface VargateRecord {
  readonly action_id: string;
  readonly agent_id: string;
  readonly tool: string;
  readonly method: string;
  readonly params: string;
  readonly requested_at: string;
  readonly decision: string;
  readonly violations: string;
  readonly severity: string;
  readonly bundle_revision: string;
  readonly [unsealed: string]: unknown;
}

/** In the order in which they are hashed; `prev_hash` comes last. */
const SEALED = [
  'action_id',
  'agent_id',
  'tool',
  'method',
  'params',
  'requested_at',
  'decision',
  'violations',
  'severity',
  'bundle_revision',
] as const satisfies readonly (keyof VargateRecord)[];

type Members = Readonly<Record<string, unknown>>;

function malformed(what: string): VerificationError {
  return new VerificationError('malformed_record', `${what}: pass one record of the audit log a line`);
}

function parsed(raw: string, field: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    throw malformed(`"${field}" is not JSON`);
  }
}

/**
 * The text under which a JSON column was hashed: the column itself, the raw text that came beside the parsed value (which
 * must be that very value: people read the parsed one), or, for want of both, what Python would have written.
 */
function jsonText(record: Members, field: 'params' | 'violations'): string {
  const value = record[field];
  const raw = record[`${field}_raw`];
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') throw malformed(`the record has no "${field}"`);
  if (typeof raw !== 'string') return pythonJson(value, { compact: true });
  if (!isDeepStrictEqual(parsed(raw, `${field}_raw`), value)) {
    throw malformed(`"${field}" does not say what "${field}_raw" says`);
  }
  return raw;
}

function hashOf(record: Members, previous: string): string {
  const sealed = SEALED.map((field) => {
    if (field === 'params' || field === 'violations') return [field, jsonText(record, field)];
    const value = record[field];
    if (typeof value === 'string') return [field, value];
    throw malformed(`the record has no "${field}"`);
  });
  return sha256Hex(pythonJson(Object.fromEntries([...sealed, ['prev_hash', previous]]), { compact: true }));
}

/**
 * The chain of Vargate's audit log, one for each tenant: SHA-256 over the JSON object of eleven texts, the last of them
 * `prev_hash`, as Python writes it compactly. The first record follows on `GENESIS`.
 *
 * Lines are records as they are stored (`params` a text) or as `GET /audit/log` answers (`params` an object), oldest first.
 * Where the gateway sends no `params_raw`, the text is reconstructed: a float such as `1.0` or a name such as `"10"` then
 * cannot be, and the record reads as changed. What the formula does not cover (severity tier, execution, source) can
 * change unseen.
 *
 * @example
 * ```ts
 * import { type VargateRecord, vargateFormula, verifyChainSync } from '@sallyport/verify';
 *
 * function isWhole(draft: VargateRecord): boolean {
 *   const { text } = vargateFormula.seal(draft, vargateFormula.genesis);
 *   return verifyChainSync([text], { formula: vargateFormula }).ok;
 * }
 * ```
 */
export const vargateFormula: ChainFormula<VargateRecord> = {
  name: 'vargate',
  genesis: 'GENESIS',
  seal(draft, previous) {
    const hash = hashOf(draft, previous);
    return { text: JSON.stringify({ ...draft, prev_hash: previous, record_hash: hash }), hash };
  },
  read(line) {
    const record = parseObject(line);
    const hash = record?.['record_hash'];
    const previous = record?.['prev_hash'];
    if (record === undefined || typeof hash !== 'string' || typeof previous !== 'string') {
      throw malformed('the line is not a JSON object with "record_hash" and "prev_hash"');
    }
    return { previous, hash, record };
  },
  rehash: (line, { previous, record }) => hashOf(record ?? parseObject(line) ?? {}, previous),
  identify: (line) => textMember(line, 'action_id'),
};
