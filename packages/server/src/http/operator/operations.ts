import { z } from 'zod';
import type { AnswerDoc, OperationDocs } from '../openapi/operation.js';
import { resolution } from './approvals.js';
import { newCredential } from './credentials.js';
import { explainRequest } from './explain.js';

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

/** What the gateway's own routes take and answer. */
export const operatorOperations: OperationDocs = {
  explain: {
    tag: 'Sallyport: operators',
    summary: 'Explain how a call would be decided',
    access: ADMIN,
    body: explainRequest,
    answers: { 200: json('The decision and its trace.', z.looseObject({})), ...common, ...badRequest, ...notFound },
  },
  listApprovals: {
    tag: 'Sallyport: operators',
    summary: 'List approvals of all dialects',
    access: APPROVER,
    query: z.object({
      status: approval.shape.status.optional(),
      dialect: z.string().optional(),
      limit: number.optional(),
    }),
    answers: { 200: json('Oldest first.', z.strictObject({ approvals: z.array(approval) })), ...common, ...badRequest },
  },
  getApproval: {
    tag: 'Sallyport: operators',
    summary: 'Read one approval, or wait for it',
    access: APPROVER,
    query: z.object({ wait: number.optional().meta({ description: 'Seconds' }) }),
    answers: { 200: json('The approval.', approval), ...common, ...notFound },
  },
  resolveApproval: {
    tag: 'Sallyport: operators',
    summary: 'Approve or reject',
    access: APPROVER,
    body: resolution,
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
    access: ANYBODY,
    answers: { 200: { description: 'A C2SP signed note.', contentType: 'text/plain' }, ...common, ...notFound },
  },
  inclusion: {
    tag: 'Sallyport: log',
    summary: 'Prove that a record is in the log',
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
    access: ADMIN,
    answers: {
      200: { description: 'One record a line.', contentType: 'application/x-ndjson' },
      ...common,
      ...notFound,
    },
  },
  verifyLog: {
    tag: 'Sallyport: log',
    summary: 'Verify a chain',
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
    access: ADMIN,
    answers: { 200: json('Oldest first.', z.strictObject({ credentials: z.array(credential) })), ...common },
  },
  createCredential: {
    tag: 'Sallyport: credentials',
    summary: 'Make a credential',
    access: ADMIN,
    body: newCredential,
    answers: {
      201: json('The only time that the token is shown.', z.strictObject({ token: z.string(), credential })),
      ...common,
      ...badRequest,
    },
  },
  revokeCredential: {
    tag: 'Sallyport: credentials',
    summary: 'Revoke a credential',
    access: ADMIN,
    answers: {
      200: json('It is worth nothing now.', z.strictObject({ revoked: z.literal(true) })),
      409: failed('It is the last admin’s.'),
      ...common,
      ...notFound,
    },
  },
};
