import { z } from 'zod';
import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as answers from '../responses.js';
import { ADMIN, auditing, badRequest, failed, forbidden, json, reading } from './common.js';

const tag = 'Rampart: audit';

const DAMAGE = { 'sallyport-ledger-damaged': 'What is wrong with the log, where it does not verify' };

const dateRange = z.object({
  from: z.string().optional().meta({ format: 'date', description: 'First day, UTC; today when absent' }),
  to: z
    .string()
    .optional()
    .meta({ format: 'date', description: 'Last day, UTC, at most 366 days in all; today when absent' }),
});
const eventQuery = z.object({
  date: z.string().optional().meta({ format: 'date', description: 'UTC; today when absent' }),
  limit: z.string().optional().meta({ description: '50 when absent, 500 at most' }),
  offset: z
    .string()
    .optional()
    .meta({ description: 'How many to leave out, of those that fit: `next_offset` of the page before' }),
  tool: z.string().optional().meta({ description: 'Exactly this tool' }),
  action: z.string().optional().meta({ description: 'Exactly this action: `allow`, `deny`, `approved`, …' }),
  agent: z.string().optional().meta({ description: 'Exactly this agent' }),
  session: z.string().optional().meta({ description: 'Exactly this session' }),
});

export const audit: OperationDocs = {
  auditEvents: {
    tag,
    summary: 'Search one day of the log',
    description: 'Events as they were hashed.',
    access: ADMIN,
    query: eventQuery,
    answers: { 200: json('Newest first.', answers.auditEvents), ...auditing, ...badRequest },
  },
  auditDates: {
    tag,
    summary: 'List days with records',
    description: 'UTC days. Each can be exported.',
    access: ADMIN,
    answers: { 200: { ...json('Newest first.', answers.auditDates), headers: DAMAGE }, ...reading },
  },
  auditExport: {
    tag,
    summary: 'Export one day, as it was hashed',
    description:
      'The raw lines: `sallyport verify` checks them offline, and so does a verifier of the documented chain.',
    access: ADMIN,
    query: z.object({ date: z.string().meta({ format: 'date', description: 'UTC' }) }),
    answers: {
      200: {
        description: 'One record a line; where others came before, a line that names the hash they ended with.',
        contentType: 'application/jsonl',
        headers: { 'content-disposition': 'The name of the file', ...DAMAGE },
      },
      ...reading,
      ...badRequest,
      404: failed('That day has no records.'),
    },
  },
  auditStats: {
    tag,
    summary: 'Count records',
    description: 'Records without an agent or a session are left out of the counts by it.',
    access: ADMIN,
    query: dateRange,
    answers: { 200: json('By action, tool, agent and session.', answers.auditStats), ...auditing, ...badRequest },
  },
  eventStream: {
    tag,
    summary: 'Follow events as they happen',
    description:
      'One JSON object in each `data` line: `connected`, `approvals` (fetch the list again), `audit`, `audit_batch`, ' +
      '`rule.learned`. Who reads too slowly loses what comes after 32 events.',
    access: `${ADMIN}, in the header or as \`token\``,
    query: z.object({
      token: z.string().optional().meta({ description: 'The token, for browsers: they cannot send a header here' }),
    }),
    answers: { 200: { description: 'Server-sent events.', contentType: 'text/event-stream' }, ...forbidden },
  },
};
