import type { Approval } from '../../approvals/approval.js';
import type { Step } from '../../approvals/desk.js';
import type { Assessment } from './assess.js';
import { suggestions } from './documents/suggestions.js';
import type { RampartMode } from './options.js';
import type { RuleAction, ToolCall } from './policy/model.js';

/** What a call comes to, whichever way it got there: verdict, human, webhook or mode. */
export interface Ruling {
  /** As the answer says it; `webhook` in previews only. */
  readonly action: RuleAction;
  readonly message: string;
  readonly matched: readonly string[];
  readonly suggestions: readonly string[];
  readonly tookUs: number;
  /** Fields that the answer carries besides. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** The approval that it waits for, or has used. */
  readonly approval?: Approval;
  /** The step that the approval takes with it. */
  readonly step?: Step;
  /** The link of the call that was asked about before. */
  readonly link?: string;
}

/** Whether the call may run. */
export function isAllowed({ action }: Pick<Ruling, 'action'>): boolean {
  return action === 'allow' || action === 'watch';
}

/** What the verdict alone comes to. */
export function plainRuling({ verdict, tookUs }: Assessment, call: ToolCall): Ruling {
  return {
    action: verdict.action,
    message: verdict.message,
    matched: verdict.matchedPolicies,
    suggestions: verdict.suggest ? suggestions(call) : [],
    tookUs,
  };
}

/** A ruling as the mode of the server has it: monitoring lets everything pass, and says what it would have said. */
export function inMode(mode: RampartMode, ruling: Ruling): Ruling {
  if (mode !== 'monitor') return ruling;
  const observed = { enforced: false, policy_decision: ruling.action, policy_message: ruling.message };
  if (isAllowed(ruling)) return { ...ruling, fields: observed };
  const message = `monitor mode observed ${ruling.action}; action allowed`;
  return {
    ...ruling,
    action: 'allow',
    message: ruling.message === '' ? message : `${message}: ${ruling.message}`,
    suggestions: [],
    fields: observed,
  };
}
