import { z } from 'zod';
import { type AnswerDoc, type OperationDocs, withCommon } from '../openapi/operation.js';
import { resolution } from './approvals.js';
import { newCredential } from './credentials.js';
import { explainRequest } from './explain.js';
import { words } from './words.js';

const json = (description: string, schema: z.ZodType): AnswerDoc => ({ description, schema });
const failed = (description: string): AnswerDoc => json(description, z.strictObject({ error: z.string() }));

const common = {
  401: failed('The token is missing, unknown, revoked or expired.'),
  403: failed('The token lacks the role.'),
  503: failed('The store does not answer.'),
};
const badRequest = { 400: failed('The request is not as documented.') };
const notFound = { 404: failed('There is none.') };

const ms = z.int().meta({ description: 'Milliseconds since the epoch' });
const approval = z.looseObject({
  id: z.string(),
  dialect: z.string(),
  status: z.enum(['pending', 'approved', 'rejected', 'expired', 'cancelled', 'consumed']),
  tool: z.string(),
  summary: z.string(),
  message: z.string(),
  agent: z.string(),
  session: z.string(),
  createdAt: ms,
  expiresAt: ms,
  resolvedBy: z.string().optional(),
});
const credential = z.strictObject({
  id: z.string(),
  dialect: z.string(),
  roles: z.array(z.string()),
  subject: z.string().optional(),
  policy: z.string().optional(),
  createdAt: ms,
  expiresAt: ms.optional(),
  revokedAt: ms.optional(),
  note: z.string().optional(),
  prefix: z.string(),
});
const proof = { chain: z.string(), proof: z.array(z.string().meta({ description: 'SHA-256, hex' })) };
const number = z.string().regex(/^\d+$/);

const APPROVER = "an approver's token, or an admin's";
const ADMIN = "an admin's token";
const ANYBODY = 'any token of the dialect';

const operations: OperationDocs = {
  explain: {
    tag: 'Sallyport: operators',
    summary: 'Explain how a call would be decided',
    description:
      'Why, with the deciding rule, its file and line, and what would have allowed the call. Records and counts nothing.',
    access: ADMIN,
    body: explainRequest,
    example: { dialect: 'rampart', call: { tool: 'exec', params: { command: 'rm -rf /' } } },
    answers: { 200: json('The decision and its trace.', z.looseObject({})), ...common, ...badRequest, ...notFound },
  },
  listApprovals: {
    tag: 'Sallyport: operators',
    summary: 'List approvals of all dialects',
    description: 'Of every protocol that the token covers, in one shape.',
    access: APPROVER,
    query: z.object({
      status: approval.shape.status.optional().meta({ description: 'Only those that stand so' }),
      dialect: z.string().optional().meta({ description: 'Only those of this protocol' }),
      limit: number.optional(),
    }),
    answers: { 200: json('Oldest first.', z.strictObject({ approvals: z.array(approval) })), ...common, ...badRequest },
  },
  getApproval: {
    tag: 'Sallyport: operators',
    summary: 'Read one approval, or wait for it',
    description: 'Answers at once, or when somebody has resolved it.',
    access: APPROVER,
    query: z.object({ wait: number.optional().meta({ description: 'Seconds to wait for an answer, at most 300' }) }),
    answers: { 200: json('The approval.', approval), ...common, ...notFound },
  },
  resolveApproval: {
    tag: 'Sallyport: operators',
    summary: 'Approve or reject',
    description: 'Once, and for good. The credential that asked cannot answer, unless it is an admin’s.',
    access: APPROVER,
    body: resolution,
    example: { verdict: 'approved', by: 'alice' },
    answers: {
      200: json('The approval as it is now.', approval),
      ...common,
      ...badRequest,
      ...notFound,
      409: failed('It is not pending any more.'),
    },
  },
  checkpoint: {
    tag: 'Sallyport: log',
    summary: 'Sign where a chain stands',
    description:
      'How many records the chain has, and the RFC 9162 root over them. Keep it: with a later one and a proof of consistency it shows that nothing was changed or removed.',
    access: ANYBODY,
    answers: {
      200: {
        description: 'A C2SP signed note.',
        contentType: 'text/plain',
        headers: { 'sallyport-checkpoint-key': 'The key that it is signed with, for verifiers’ configuration' },
      },
      ...common,
      ...notFound,
    },
  },
  inclusion: {
    tag: 'Sallyport: log',
    summary: 'Prove that a record is in the log',
    description: 'RFC 9162, against the root of a checkpoint of that size.',
    access: ANYBODY,
    query: z.object({ seq: number, size: number.optional() }),
    answers: {
      200: json('An RFC 9162 proof.', z.strictObject({ ...proof, seq: z.int(), size: z.int() })),
      ...common,
      ...badRequest,
      ...notFound,
    },
  },
  consistency: {
    tag: 'Sallyport: log',
    summary: 'Prove that the log was only appended to',
    description: 'RFC 9162, between the checkpoints of two sizes.',
    access: ANYBODY,
    query: z.object({ from: number, to: number.optional() }),
    answers: {
      200: json('An RFC 9162 proof.', z.strictObject({ ...proof, from: z.int(), to: z.int() })),
      ...common,
      ...badRequest,
      ...notFound,
    },
  },
  exportLog: {
    tag: 'Sallyport: log',
    summary: 'Export a chain, as it was hashed',
    description: 'All records from the first on, in the order of their hashes.',
    access: ADMIN,
    answers: {
      200: {
        description: 'One record a line.',
        contentType: 'application/x-ndjson',
        headers: {
          'content-disposition': 'The name of the file',
          'sallyport-ledger-damaged': 'What is wrong with the log, where it does not verify',
        },
      },
      ...common,
      ...notFound,
    },
  },
  verifyLog: {
    tag: 'Sallyport: log',
    summary: 'Verify a chain',
    description: 'Looks through all records: their hashes and links, their columns, and the tree beside them.',
    access: ADMIN,
    answers: {
      200: json(
        'What was found, with the first bad record.',
        z.looseObject({ chain: z.string(), ok: z.boolean(), count: z.int(), head: z.string() }),
      ),
      ...common,
      ...notFound,
    },
  },
  listCredentials: {
    tag: 'Sallyport: credentials',
    summary: 'List credentials, without their secrets',
    description: 'Also those that were revoked or have expired.',
    access: ADMIN,
    answers: { 200: json('Oldest first.', z.strictObject({ credentials: z.array(credential) })), ...common },
  },
  createCredential: {
    tag: 'Sallyport: credentials',
    summary: 'Make a credential',
    description: 'An agent’s credential cannot be an approver’s, too.',
    access: ADMIN,
    body: newCredential,
    example: { dialect: 'rampart', roles: ['agent'], subject: 'ci-1' },
    answers: {
      201: json('The only time that the token is shown.', z.strictObject({ token: z.string(), credential })),
      ...common,
      ...badRequest,
    },
  },
  revokeCredential: {
    tag: 'Sallyport: credentials',
    summary: 'Revoke a credential',
    description:
      'At once here, and within half a second on other gateways that share the store. The last admin’s stays.',
    access: ADMIN,
    answers: {
      200: json('It is worth nothing now.', z.strictObject({ revoked: z.literal(true) })),
      409: failed('It is the last admin’s.'),
      ...common,
      ...notFound,
    },
  },
};

/** What the gateway's own routes take and answer. */
export const operatorOperations: OperationDocs = withCommon(operations, { words });
