import { z } from 'zod';
import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as requests from '../schemas.js';
import * as audit from './audit-answers.js';
import {
  AGENT,
  changing,
  errorBody,
  failed,
  finding,
  json,
  KEY,
  malformed,
  reading,
  unauthorized,
  writing,
} from './common.js';
import * as answers from './decisions-answers.js';
import * as trust from './trust-answers.js';
import { CALL_HEADERS, DECISION_HEADERS } from './words.js';

/** Checks and what is like them. */
export function decisionOperations(): OperationDocs {
  const tag = 'MeshGuard: decisions';
  const decided = {
    200: { ...json('Allowed.', answers.allowed), headers: DECISION_HEADERS },
    ...unauthorized,
    ...malformed,
    403: { ...json('Denied; or a human has to approve it first.', answers.denied), headers: DECISION_HEADERS },
    422: failed('The idempotency key was used for another request.'),
  };
  return {
    check: {
      headers: CALL_HEADERS,
      tag,
      summary: 'Check an action',
      description:
        '`X-MeshGuard-Action` names the action; `X-MeshGuard-Resource` what it is on; `X-MeshGuard-Meta` a JSON object for ' +
        'the conditions of policies. `Prefer: wait=N` holds a call that needs a human for at most N seconds.',
      access: AGENT,
      answers: decided,
    },
    governanceCheck: {
      tag,
      summary: 'Check an action named in the body',
      access: AGENT,
      body: requests.governanceCheckRequest,
      answers: decided,
    },
    governanceRecord: {
      tag,
      summary: 'Record what an action came to',
      access: AGENT,
      body: requests.governanceRecordRequest,
      answers: { 201: json('Recorded.', audit.entered), ...writing },
    },
    governanceBatch: {
      tag,
      summary: 'Check several actions',
      access: AGENT,
      body: requests.governanceBatchRequest,
      answers: { 200: json('One result for each.', answers.batchResults), ...reading },
    },
    evaluate: {
      tag,
      summary: 'Evaluate an action for an agent',
      description: 'Answers 200 also for a denial: `decision.effect` is what counts.',
      access: KEY,
      body: requests.evaluateRequest,
      answers: { 200: json('The decision.', answers.evaluated), ...reading },
    },
    checkDelegation: {
      tag,
      summary: 'Check whether an agent may hand a task to another',
      access: AGENT,
      body: requests.delegationCheckRequest,
      answers: {
        200: json('It may.', trust.delegationAllowed),
        ...finding,
        403: json('It may not.', z.union([answers.denied, errorBody])),
      },
    },
    recordDelegation: {
      tag,
      summary: 'Record that a task was handed over',
      access: AGENT,
      body: requests.delegationRecordRequest,
      answers: { 201: json('Recorded.', audit.entered), ...changing },
    },
  };
}
