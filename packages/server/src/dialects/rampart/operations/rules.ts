import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as answers from '../responses.js';
import * as requests from '../schemas.js';
import { ADMIN, failed, json, reading, unwritten, writing } from './common.js';

const tag = 'Rampart: rules';

export const rules: OperationDocs = {
  listRules: {
    tag,
    summary: 'List rules made from approvals',
    description: 'Each allows one exact call: it was approved with `persist`.',
    access: ADMIN,
    answers: { 200: json('In the order of their file.', answers.autoAllowedRules), ...reading, ...unwritten },
  },
  deleteRule: {
    tag,
    summary: 'Delete such a rule',
    description: 'Calls that it allowed are asked about again, from now on.',
    access: ADMIN,
    answers: {
      200: json('Deleted.', answers.deletedRule),
      ...reading,
      404: failed('There is none of that name.'),
      ...unwritten,
    },
  },
  learnRule: {
    tag,
    summary: 'Allow an exact call from now on',
    description: 'Writes an allow rule for one command or path; glob characters in it stand for themselves.',
    access: ADMIN,
    body: requests.learnRequest,
    example: { tool: 'exec', args: 'npm test', decision: 'allow', source: 'console' },
    answers: {
      201: json('Added.', answers.learnedRule),
      ...writing,
      409: json('It was there already.', answers.learnedRule),
      429: failed('Too soon after the last one.'),
      ...unwritten,
    },
  },
};
