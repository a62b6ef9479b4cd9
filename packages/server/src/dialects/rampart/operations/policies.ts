import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as answers from '../responses.js';
import * as requests from '../schemas.js';
import { ADMIN, badRequest, failed, json, reading } from './common.js';

const tag = 'Rampart: policies and status';

export const policies: OperationDocs = {
  policySummary: {
    tag,
    summary: 'Summarise the rules in force',
    description: 'One line for each rule, for people.',
    access: ADMIN,
    answers: { 200: json('In order of loading.', answers.policySummary), ...reading },
  },
  listPolicies: {
    tag,
    summary: 'List policies',
    description: 'What is in force, and which file it came from.',
    access: ADMIN,
    answers: { 200: json('With their files.', answers.policyList), ...reading },
  },
  reloadPolicies: {
    tag,
    summary: 'Load the policy files again',
    description: 'All of them or none: files that do not load change nothing.',
    access: ADMIN,
    answers: {
      200: json('Loaded.', answers.reloaded),
      ...reading,
      429: failed('Too soon after the last one.'),
      500: json('The files do not load; the old policies stay in force.', answers.notReloaded),
    },
  },
  status: {
    tag,
    summary: 'Show configuration and call counts',
    description: 'Calls are counted by tool, over the last hour, where a rule depends on it.',
    access: ADMIN,
    answers: { 200: json('Now.', answers.status), ...reading },
  },
  testPolicy: {
    tag,
    summary: 'Try a call against the policies',
    description: 'Records and counts nothing. `POST /sallyport/v1/explain` says more.',
    access: ADMIN,
    body: requests.testRequest,
    example: { command: 'rm -rf /', tool: 'exec' },
    answers: { 200: json('What would be decided.', answers.policyTest), ...reading, ...badRequest },
  },
  health: {
    tag,
    summary: 'Tell whether the gateway is up',
    description: 'For load balancers and scripts; needs no token.',
    answers: { 200: json('It is.', answers.health) },
  },
  metrics: {
    tag,
    summary: "Show the dialect's measurements",
    description:
      'Served when the gateway was started with `--metrics`; `/metrics` at the root shows them for all dialects.',
    access: ADMIN,
    answers: { 200: { description: 'Prometheus text.', contentType: 'text/plain' }, ...reading },
  },
};
