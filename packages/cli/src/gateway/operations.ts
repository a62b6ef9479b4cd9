import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import { z } from 'zod';

const approval = z.object({
  id: z.string(),
  dialect: z.string(),
  status: z.string(),
  tool: z.string(),
  summary: z.string(),
  message: z.string(),
  agent: z.string(),
  session: z.string(),
  /** The whole call, redacted. */
  call: z.unknown(),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  expiresAt: z.number(),
  resolvedBy: z.string().optional(),
});

/** An approval as an operator sees it, whichever protocol it came through. */
export type ApprovalView = z.infer<typeof approval>;

/** `GET /sallyport/v1/approvals` */
export const listApprovals: Operation<
  { readonly status?: string; readonly dialect?: string },
  readonly ApprovalView[]
> = {
  name: 'approvals.list',
  method: 'GET',
  path: () => '/sallyport/v1/approvals',
  query: ({ status, dialect }) => ({ status, dialect }),
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(z.object({ approvals: z.array(approval) }).transform((body) => body.approvals)),
};

/** `GET /sallyport/v1/approvals/{id}` */
export const getApproval: Operation<string, ApprovalView> = {
  name: 'approvals.get',
  method: 'GET',
  path: (id) => path`/sallyport/v1/approvals/${id}`,
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(approval),
};

/** One human's answer. */
export interface Resolution {
  readonly id: string;
  readonly verdict: 'approved' | 'rejected';
  readonly by: string | undefined;
  readonly note: string | undefined;
}

/** `POST /sallyport/v1/approvals/{id}/resolve` */
export const resolveApproval: Operation<Resolution, ApprovalView> = {
  name: 'approvals.resolve',
  method: 'POST',
  path: ({ id }) => path`/sallyport/v1/approvals/${id}/resolve`,
  body: ({ verdict, by, note }) => ({ verdict, by, note }),
  auth: 'token',
  retry: 'never',
  decode: zodDecoder(approval),
};

const credential = z.object({
  id: z.string(),
  dialect: z.string(),
  roles: z.array(z.string()),
  subject: z.string().optional(),
  policy: z.string().optional(),
  createdAt: z.number(),
  expiresAt: z.number().optional(),
  revokedAt: z.number().optional(),
  note: z.string().optional(),
  prefix: z.string(),
});

/** A credential, without its secret. */
export type CredentialView = z.infer<typeof credential>;

/** `GET /sallyport/v1/credentials` */
export const listCredentials: Operation<void, readonly CredentialView[]> = {
  name: 'credentials.list',
  method: 'GET',
  path: () => '/sallyport/v1/credentials',
  auth: 'token',
  retry: 'safe',
  decode: zodDecoder(z.object({ credentials: z.array(credential) }).transform((body) => body.credentials)),
};

/** What a new credential is to be. */
export interface NewCredential {
  readonly dialect: string;
  readonly roles: readonly string[];
  readonly subject?: string;
  readonly policy?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
  readonly note?: string;
}

/** `POST /sallyport/v1/credentials` */
export const createCredential: Operation<NewCredential, { token: string; credential: CredentialView }> = {
  name: 'credentials.create',
  method: 'POST',
  path: () => '/sallyport/v1/credentials',
  body: (input) => input,
  auth: 'token',
  retry: 'never',
  decode: zodDecoder(z.object({ token: z.string(), credential })),
};

/** `DELETE /sallyport/v1/credentials/{id}` */
export const revokeCredential: Operation<string, unknown> = {
  name: 'credentials.revoke',
  method: 'DELETE',
  path: (id) => path`/sallyport/v1/credentials/${id}`,
  auth: 'token',
  retry: 'never',
  decode: (body) => body,
};
