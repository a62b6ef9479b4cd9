import { z } from 'zod';
import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as answers from '../responses.js';
import { about, auditing, json, key, missing, page, scoped } from './common.js';

const read = { tag: 'AEGIS: audit', access: key('audit:read') };

export const audit: OperationDocs = {
  auditLog: {
    ...read,
    summary: 'Query the audit log',
    description: 'Newest first, each entry as it was hashed.',
    query: z.object({ ...about, decision_id: z.string().optional(), event_type: z.string().optional(), ...page }),
    answers: { 200: json('One page.', answers.auditLog), ...auditing },
  },
  auditTrail: {
    ...read,
    summary: 'Read the whole trail of one decision',
    description: 'Looks through the chain up to the decision, each time.',
    answers: { 200: json('The trail.', answers.trail), ...scoped, ...missing },
  },
  auditEvents: {
    ...read,
    summary: 'List the latest decisions in short',
    description: 'A bare list, newest first.',
    query: z.object({ limit: page.limit }),
    answers: { 200: json('The latest.', answers.auditEvents), ...auditing },
  },
};
