import { type OperationDocs, withCommon } from '../../http/openapi/operation.js';
import { approvals } from './operations/approvals.js';
import { audit } from './operations/audit.js';
import { decisions } from './operations/decisions.js';
import { policies } from './operations/policies.js';
import { rules } from './operations/rules.js';
import { words } from './operations/words.js';

const answerHeaders = {
  'sallyport-features': 'What this server can do beyond the protocol: `idempotency, approval-wait, outcomes`',
};

/** What the dialect's routes take and answer. */
export const operations: OperationDocs = withCommon(
  { ...decisions, ...approvals, ...rules, ...audit, ...policies },
  { words, answerHeaders },
);
