import { z } from 'zod';
import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as answers from '../responses.js';
import * as requests from '../schemas.js';
import { ADMIN, APPROVER, failed, json, keyed, reading, writing } from './common.js';

const tag = 'Rampart: approvals';

const page = (description: string) => ({
  description: `${description} A page for browsers, else JSON.`,
  contentType: 'text/html',
});

export const approvals: OperationDocs = {
  createApproval: {
    tag,
    summary: 'Ask a human directly',
    description:
      'For programs that decide by themselves when to ask. Nothing runs by it: poll the approval, or wait for it.',
    access: ADMIN,
    headers: keyed,
    body: requests.createApprovalRequest,
    example: { tool: 'exec', command: 'make deploy', agent: 'release-bot', message: 'Deploy version 2?' },
    answers: {
      200: json('A grant for the run covers it.', answers.grantedApproval),
      201: json('Somebody is asked.', answers.createdApproval),
      ...writing,
    },
  },
  listApprovals: {
    tag,
    summary: 'List pending approvals',
    description: 'Those of one agent, session and run are listed as a group, too: they can be resolved together.',
    access: APPROVER,
    answers: { 200: json('Oldest first.', answers.approvalList), ...reading },
  },
  getApproval: {
    tag,
    summary: 'Read one approval, or wait for it',
    description: 'The credential that asked may read its own, and wait until a human has answered.',
    access: `${APPROVER}; or the token whose call it is about`,
    query: z.object({
      wait: z
        .string()
        .optional()
        .meta({ description: 'Seconds to wait for an answer, at most 300; answers at once when absent' }),
    }),
    answers: { 200: json('The approval.', answers.approvalDetail), ...reading, 404: failed('There is none.') },
  },
  resolveApproval: {
    tag,
    summary: 'Approve or deny',
    description:
      'Once, and for good. With `persist`, the exact call is allowed from now on by a rule of its own: exec, read, write and ' +
      'edit only, and not through a signed link.',
    access: `${APPROVER}; or a signed link (\`sig\` and \`exp\`)`,
    headers: keyed,
    query: z.object({ sig: z.string().optional(), exp: z.string().optional() }),
    body: requests.resolveRequest,
    example: { approved: true, resolved_by: 'alice' },
    answers: {
      200: json('Resolved.', answers.resolvedApproval),
      ...writing,
      404: failed('There is none.'),
      410: failed('It was resolved before, or has expired.'),
      422: failed(
        'No rule can say exactly this call, so it was not persisted and stays pending; or the idempotency key was used for another request.',
      ),
    },
  },
  openApproval: {
    tag,
    summary: 'Open a signed link',
    description: 'The page that people are sent to. Looking at it resolves nothing.',
    query: z.object({ sig: z.string(), exp: z.string() }),
    answers: {
      200: { description: 'A page with the question.', contentType: 'text/html' },
      401: page('The signature is wrong or has expired.'),
      404: page('There is no signature, or no such approval.'),
      503: failed('The store does not answer.'),
    },
  },
  bulkResolve: {
    tag,
    summary: 'Resolve the approvals of one run',
    description:
      'All that are named, or none of them. With `scope: "run"`, later questions of the same agent, session, run and ' +
      'credential are approved, too, until the grant ends.',
    access: APPROVER,
    headers: keyed,
    body: requests.bulkResolveRequest,
    example: {
      agent: 'my-agent',
      session: 'session-1',
      run_id: 'run-1',
      action: 'approve',
      scope: 'pending',
      ids: ['01JZ9W8V7T6S5R4Q3P2N1M0K9J'],
    },
    answers: {
      200: json('All of them are resolved.', answers.bulkResolved),
      ...writing,
      503: json('None of them is.', z.union([answers.bulkUnresolved, answers.errorBody])),
    },
  },
  reportHostedApproval: {
    tag,
    summary: "Record what a host's own user has decided",
    description: 'For hosts that ask their user themselves. An audit record and nothing more.',
    access: ADMIN,
    headers: keyed,
    body: requests.hostedOutcomeRequest,
    example: { outcome: 'approved', scope: 'once', agent: 'my-agent', tool: 'exec', resolved_by: 'alice' },
    answers: { 200: json('Recorded; grants nothing.', answers.hostedOutcome), ...writing },
  },
};
