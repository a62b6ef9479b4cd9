import { z } from 'zod';
import type { OperationDocs } from './openapi/operation.js';

const tag = 'Sallyport: about the gateway';
const failed = (description: string) => ({ description, schema: z.strictObject({ error: z.string() }) });

/** What the gateway tells about itself. */
export const publicOperations: OperationDocs = {
  openApiDocument: {
    tag,
    summary: 'Describe all routes',
    description: 'This document: OpenAPI 3.1.',
    answers: { 200: { description: 'The description.', schema: z.looseObject({ openapi: z.literal('3.1.0') }) } },
    words: { openapi: 'Version of the format' },
  },
  docsPage: {
    tag,
    summary: 'Browse all routes',
    description: 'The page that shows this document.',
    answers: { 200: { description: 'The page.', contentType: 'text/html' } },
  },
  gatewayMetrics: {
    tag,
    summary: 'Show measurements of the process and of all dialects',
    description: 'Who may read them, if anybody, is decided when the gateway is started.',
    access: "an admin's token, unless they were made public",
    answers: {
      200: { description: 'Prometheus text.', contentType: 'text/plain' },
      401: failed('The token is missing, unknown, revoked or expired.'),
      403: failed('The token lacks the role.'),
    },
    words: { error: 'What is wrong with the request' },
  },
};
