import { z } from 'zod';
import type { OperationDoc, OperationDocs } from '../../../http/openapi/operation.js';
import * as answers from '../responses.js';
import * as requests from '../schemas.js';
import { EVAL, failed, json, keyed, writing } from './common.js';

const decision = (doc: Omit<OperationDoc, 'tag' | 'access' | 'body'>): OperationDoc => ({
  tag: 'Rampart: decisions',
  access: EVAL,
  body: requests.decisionRequest,
  ...doc,
});

const EXACT =
  'Whole numbers beyond 2^53 - 1, decimals that a double does not give back and texts that are no Unicode are refused: ' +
  'send them as strings.';

export const decisions: OperationDocs = {
  decideTool: decision({
    summary: 'Decide on a tool call',
    description:
      'The caller runs the tool itself when the answer allows it. A call that needs a human is answered at once, with the ' +
      'id of its approval; repeated with the same `run_id` and `tool_call_id` within a minute of being approved, it is ' +
      `allowed once. ${EXACT}`,
    headers: {
      ...keyed,
      Prefer:
        '`wait=N` holds a call that needs a human for at most N seconds (300 at most), and then answers with what was decided',
    },
    example: {
      agent: 'my-agent',
      session: 'session-1',
      run_id: 'run-1',
      tool_call_id: 'call-1',
      params: { command: 'git status' },
    },
    answers: {
      200: {
        ...json('Allowed; or its output was redacted.', answers.toolDecision),
        headers: { 'preference-applied': '`wait=N` when the call was held' },
      },
      202: json('A human has to decide.', answers.toolDecision),
      ...writing,
      403: json('Denied, or the token lacks the scope.', z.union([answers.toolDecision, answers.errorBody])),
    },
  }),
  decidePreflight: decision({
    summary: 'Preview a decision',
    description:
      'Says what would be decided, and asks nobody. Nothing is counted or used up unless `enforce` is set: then the caller ' +
      `stands at the boundary itself, as a process guard does. ${EXACT}`,
    headers: keyed,
    example: { agent: 'my-agent', params: { command: 'rm -rf /' } },
    answers: { 200: json('What would be decided.', answers.preflightDecision), ...writing },
  }),
  reportOutcome: {
    tag: 'Rampart: decisions',
    summary: 'Report what became of a decided call',
    description:
      'Sallyport only. The outcome is linked to its decision in the audit log, and the output is held against the response ' +
      'rules: what comes back may be shown to the agent.',
    access: 'the token that asked for the decision',
    headers: keyed,
    body: requests.outcomeRequest,
    example: { audit_id: '01JZ9W8V7T6S5R4Q3P2N1M0K9J', status: 'ok', output: 'On branch main', exit_code: 0 },
    answers: {
      200: json('Recorded.', answers.outcome),
      ...writing,
      404: failed('The caller has asked for no such decision.'),
    },
  },
};
