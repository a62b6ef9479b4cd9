import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as requests from '../schemas.js';
import { ADMIN, changing, finding, json, reading, writing } from './common.js';
import * as answers from './policies-answers.js';

/** Policies. */
export function policyOperations(): OperationDocs {
  const shared = { tag: 'MeshGuard: policies', access: ADMIN };
  const applied = {
    200: json('Replaced.', answers.appliedPolicy),
    201: json('New.', answers.appliedPolicy),
    ...writing,
  };
  const description = 'JSON or YAML; `{ "content": "…" }` carries the text of another.';
  return {
    listPolicies: {
      ...shared,
      summary: 'List policies',
      answers: { 200: json('All that are in force.', answers.policyList), ...reading },
    },
    applyPolicy: { ...shared, summary: 'Apply a policy', description, answers: applied },
    replacePolicy: { ...shared, summary: 'Apply a policy under its name', description, answers: applied },
    getPolicy: {
      ...shared,
      summary: 'Read a policy',
      answers: { 200: json('The policy.', answers.policy), ...finding },
    },
    deletePolicy: {
      ...shared,
      summary: 'Delete a policy',
      answers: { 200: json('Deleted.', answers.deletedPolicy), ...changing },
    },
    validatePolicy: {
      ...shared,
      access: `${ADMIN}; or an API key`,
      summary: 'Validate a policy',
      description,
      answers: { 200: json('It could be applied.', answers.validPolicy), ...writing },
    },
    testPolicy: {
      ...shared,
      access: `${ADMIN}; or an API key`,
      summary: 'Test one policy',
      body: requests.testPolicyRequest,
      answers: { 200: json('What it says; denials, too.', answers.testedPolicy), ...finding },
    },
    reloadPolicies: {
      ...shared,
      summary: 'Read the policy files again',
      answers: { 200: json('Read.', answers.reloaded), ...reading },
    },
  };
}
