import { aegisFormula, verifyChain } from '@sallyport/verify';
import type { SealedRecord } from '../../engine/unit.js';
import type { Ledger } from '../../ledger/ledger.js';
import { auditRefOf, CHAIN, executionEntryId } from './entries.js';
import { type Fields, isFields } from './evaluation/proposal.js';
import { entryIn } from './log.js';

/** The record of a decision; undefined when there is none of that id. */
export async function findDecision(ledger: Ledger, decisionId: string): Promise<SealedRecord | undefined> {
  if (!/^dec_[0-9A-Z]{26}$/.test(decisionId)) return undefined;
  return ledger.find(CHAIN, auditRefOf(decisionId));
}

/** The whole trail of one decision: what was asked, how it was evaluated, what was decided, and what became of it. */
export async function trailOf(ledger: Ledger, record: SealedRecord): Promise<Fields> {
  const entry = entryIn(record);
  const details = fields(entry['details']);
  const evaluation = fields(details['evaluation']);
  const decision = fields(details['decision']);
  const decisionId = String(entry['decision_id']);
  const [execution, verified] = await Promise.all([
    ledger.find(CHAIN, executionEntryId(decisionId)),
    isVerified(ledger, record),
  ]);
  const { capability_check, authority_check, risk_threshold, ...how } = evaluation;
  return {
    decision_id: decisionId,
    request: details['request'],
    evaluation: {
      capability_check,
      authority_check,
      risk_score: entry['risk_score'],
      risk_threshold,
      policies_evaluated: entry['policies_evaluated'],
      policy_matched: entry['policy_matched'],
      ...how,
    },
    decision: {
      outcome: entry['outcome'],
      reason: decision['reason'],
      constraints: decision['constraints'],
      timestamp: entry['timestamp'],
    },
    ...(details['confirmation_of'] !== undefined && { confirmation_of: details['confirmation_of'] }),
    ...(execution !== undefined && { execution: fields(entryIn(execution)['details'])['execution'] }),
    integrity: { hash: entry['hash'], previous_hash: entry['previous_hash'], chain_verified: verified },
  };
}

/** Walks the chain up to and including a record: nothing that was checked before is believed. */
async function isVerified(ledger: Ledger, { seq, hash }: SealedRecord): Promise<boolean> {
  const lines = async function* () {
    for await (const { text } of ledger.stream({ chain: CHAIN, toSeq: seq + 1 })) yield text;
  };
  const { ok } = await verifyChain(lines(), { formula: aegisFormula, expected: { count: seq + 1, head: hash } });
  return ok;
}

const fields = (value: unknown): Fields => (isFields(value) ? value : {});
