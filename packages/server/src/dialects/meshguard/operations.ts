import type { OperationDocs } from '../../http/openapi/operation.js';

/** What the dialect's routes take and answer. */
export const operations: OperationDocs = {};
