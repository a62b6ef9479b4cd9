import type { Words } from '../../../http/openapi/operation.js';

const proposals: Words = {
  actor: 'Who acts',
  actor_id: 'Id of the actor; in an entry about the registry or a review, who did it',
  action: 'What is proposed: the capability, its parameters, and what it is done to',
  capability: 'Name of a capability: `domain.operation`. In a rule also `domain.*` and `*`',
  parameters: 'Of the action; 1,048,576 characters of JSON at most',
  resource: 'What the action is done to, 1,024 characters at most; the capability’s name counts where there is none',
  context: 'The circumstances, for policies',
  session_id: 'The conversation or task; made up where none is sent',
  metadata: 'Anything that policies want to look at',
  request_id: 'Names the proposal, once; in an error, the request',
  trace_id: 'Ties the proposal to a trace of the caller',
  confirmation_token:
    'Redeems a confirmation or an approved escalation: once, in time, for the same proposal and API key',
  type: 'Of an actor: what it is. Of an error: its family',
};

const decisions: Words = {
  decision_id: 'Id of the decision',
  outcome: 'What is decided',
  decision: 'What is decided; of an escalation, the verdict: `approve` or `deny`',
  reason: 'Why, for people',
  risk_score: 'How risky it is, 0 to 1',
  constraints:
    'What comes with the decision: a confirmation token, or an escalation. Of a grant: when and how often it holds',
  timestamp: 'When, ISO 8601 in UTC',
  audit_ref: 'Id of the audit entry',
  audit: 'The trail, for those who may read it',
};

const reviews: Words = {
  escalation_id: 'Id of the escalation',
  status: 'How far it is, or how it ended',
  operator_id: 'Who answered; `timeout` when nobody did',
  comment: 'What the operator says about it',
  created_at: 'When it was made',
  expires_at: 'When it ends, ISO 8601; null for never',
  resolved_at: 'When it was answered',
  redeemed_at: 'When the approval was used',
  confirmation_expires_at: 'When the confirmation token ends',
  wait: 'Seconds to wait for an answer, 300 at most',
};

const executions: Words = {
  execution: 'What became of the action',
  result_summary: 'What came of it, 500 characters at most; secrets are masked',
  duration_ms: 'Milliseconds that it took',
  completed_at: 'When it ended; now, when absent',
};

const registry: Words = {
  id: 'Its id. Of an actor: letters, digits, `.`, `_` and `-`, 256 at most',
  name: 'Its name, which is taken once',
  description: 'What it is, for people',
  risk_level: 'How much harm it can do: a factor of the risk score',
  parameter_schema: 'JSON Schema (2020-12) that parameters must match; patterns are RE2',
  rules: 'All are looked at, the higher priority first; the strictest outcome wins',
  condition: "When the rule holds, such as `parameters.count > 10 and actor.type == 'ai-agent'`; always, when absent",
  priority: 'The higher number is looked at first',
  enabled: 'Whether it counts; `all` lists the others, too',
  version: 'Counts its changes, from 1',
  updated_at: 'When it was changed last',
  granted_at: 'When it was granted',
  time_window: 'Hours of the day; over midnight when it starts after its end',
  start: '`HH:MM`, inclusive',
  end: '`HH:MM`, exclusive',
  timezone: 'IANA name',
  rate_limit: 'Proposals within a sliding window',
  max_requests: 'So many proposals',
  window_seconds: 'In so many seconds',
};

const audit: Words = {
  request: 'The proposal, with secrets masked',
  evaluation: 'How the decision came about',
  capability_check: 'Whether the capability is registered, and its parameters match',
  authority_check: 'Whether the actor holds a grant that covers it now',
  risk_threshold: 'From where on an allowance needs a confirmation, 0 to 1',
  policies_evaluated: 'Names of the policies that were looked at',
  policy_matched: 'Name of the one that decided; null for none',
  stage: 'Where the decision was made',
  risk_breakdown: 'The factors of the risk score, 0 to 10',
  risk_category: 'What kind of risk it is',
  risk_explanation: 'The factors in words',
  policy_trace: 'Each rule that was looked at, and whether it matched',
  confirmation_of: 'The decision that was confirmed by this one',
  integrity: 'Where it stands in the chain',
  hash: 'SHA-256 over the canonical entry without its hash',
  previous_hash: 'Hash of the entry before',
  chain_verified: 'Whether the chain holds up to this entry',
  event_type: 'What an entry is about',
  details: 'What is known besides, by kind of event',
  entries: 'Of the log, newest first',
  agent_id: 'Id of the actor',
  target: 'The resource, or the capability’s name',
};

const lists: Words = {
  decisions: 'Newest first',
  escalations: 'Oldest first',
  capabilities: 'Oldest first',
  policies: 'Oldest first',
  grants: 'By capability',
  total: 'How many there are on all pages',
  cursor: 'Leads to the next page; null on the last',
  limit: '1 to 200; 50 when absent',
  since: 'From this time on, ISO 8601',
  until: 'Before this time, ISO 8601',
  decisionId: 'Id of the decision',
};

const errors: Words = {
  error_code: 'Stable: `AEGIS-VAL-002`',
  message: 'What is wrong, for people',
  cause: 'The field, or the thing, that it is about',
  help_url: 'Where the code is explained',
  retryable: 'Whether the same request may succeed later',
};

/** What parameters and fields of the protocol mean. */
export const words: Words = {
  ...proposals,
  ...decisions,
  ...reviews,
  ...executions,
  ...registry,
  ...audit,
  ...lists,
  ...errors,
};
