import type { OperationDocs } from '../../http/openapi/operation.js';
import { withCommon } from '../../http/openapi/operation.js';
import { agentOperations } from './openapi/agents.js';
import { analyticsOperations } from './openapi/analytics.js';
import { approvalOperations } from './openapi/approvals.js';
import { auditOperations } from './openapi/audit.js';
import { decisionOperations } from './openapi/decisions.js';
import { publicOperations } from './openapi/gateway.js';
import { policyOperations } from './openapi/policies.js';
import { proxyOperations } from './openapi/proxy.js';
import { trustOperations } from './openapi/trust.js';
import { ANSWER_HEADERS, WORDS } from './openapi/words.js';

/** What the dialect's routes take and answer. */
export const operations: OperationDocs = withCommon(
  {
    ...decisionOperations(),
    ...proxyOperations(),
    ...agentOperations(),
    ...policyOperations(),
    ...auditOperations(),
    ...approvalOperations(),
    ...analyticsOperations(),
    ...trustOperations(),
    ...publicOperations(),
  },
  { words: WORDS, answerHeaders: ANSWER_HEADERS },
);
