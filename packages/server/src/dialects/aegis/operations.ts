import { type OperationDocs, withCommon } from '../../http/openapi/operation.js';
import { audit } from './operations/audit.js';
import { governance } from './operations/governance.js';
import { registry } from './operations/registry.js';
import { words } from './operations/words.js';

const answerHeaders = {
  'sallyport-features': 'What this server can do beyond the protocol: `idempotency, approval-wait, outcomes`',
  'x-ratelimit-limit': 'Requests of the API key within a minute',
  'x-ratelimit-remaining': 'How many of them are left',
  'x-ratelimit-reset': 'Unix seconds at which all are there again',
};

/** What the dialect's routes take and answer. */
export const operations: OperationDocs = withCommon({ ...governance, ...registry, ...audit }, { words, answerHeaders });
