import type { Words } from '../../../http/openapi/operation.js';

/** Headers that every answer carries. */
export const ANSWER_HEADERS: Words = {
  'sallyport-features': 'What this gateway can do beyond the protocol',
};

/** Headers that come with every decision. */
export const DECISION_HEADERS: Words = {
  'x-meshguard-decision': '`allow` or `deny`',
  'x-meshguard-policy': 'The policy that decided',
  'x-meshguard-trace-id': 'The trace id that was sent, or a new one',
  'x-meshguard-agent-id': 'The agent that asked',
};

/** Headers that say what is asked about. */
export const CALL_HEADERS: Words = {
  'x-meshguard-action': 'The action, one line of printable ASCII without commas: `read:contacts`',
  'x-meshguard-resource': 'What the action is on',
  'x-meshguard-meta': 'A JSON object for the conditions of policies',
  'x-meshguard-trace-id': 'Names what the call belongs to; `X-Trace-ID` will do as well',
  'x-meshguard-delegation-id': 'The relationship under which the agent acts',
  'x-meshguard-approval-id': 'The approval that the caller comes back for: no other is opened in its place',
  'idempotency-key': 'The same key and call give the same answer for two minutes',
  prefer: '`wait=N`: seconds that a call which needs a human may be held',
};

/** What parameters and fields mean, by name. */
export const WORDS: Words = {
  id: 'The id',
  name: 'The name',
  orgId: 'The organisation',
  action: '`verb:resource`',
  resource: 'What the action is on',
  context: 'Facts for the conditions of policies',
  decision: '`allow`, `deny`, or `approval_required`',
  reason: 'Why, in words',
  message: 'What went wrong, in words',
  error: 'What kind of failure it is',
  policy: 'The policy that decided',
  rule: 'The rule that decided; `default-deny` where none matched',
  trustTier: 'unverified, verified, trusted or privileged, or an alias of these',
  tags: 'Words that policies select agents by',
  metadata: 'Whatever else is known',
  capabilities: 'What the agent says that it can do',
  description: 'A text for people',
  token: "The agent's JWT; told once",
  traceId: 'What the call belongs to',
  limit: 'How many at most',
  offset: 'How many to leave out',
  from: 'ISO 8601, inclusive',
  to: 'ISO 8601, inclusive',
  period: '24h, 7d or 30d',
  wait: 'Seconds to wait for a resolution',
  agentId: 'The agent',
  approvalId: 'The question that the call waits for',
  pendingId: 'The destructive action that is held back',
  waitMs: 'Milliseconds until the call may be repeated',
  verdict: '`approved` or `rejected`',
  by: 'Who decides',
  note: 'Why, for the record',
};
