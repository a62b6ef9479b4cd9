import type { OperationDoc, OperationDocs } from '../../../http/openapi/operation.js';
import { PROXIED, proxyOperation } from '../proxy/methods.js';
import { AGENT, failed, json, malformed, unauthorized } from './common.js';
import * as answers from './decisions-answers.js';
import { CALL_HEADERS, DECISION_HEADERS } from './words.js';

/** Requests through the proxy. */
export function proxyOperations(): OperationDocs {
  const proxied = (method: string): OperationDoc => ({
    tag: 'MeshGuard: proxy',
    summary: `Send a ${method} request through the gateway`,
    description:
      'Decides on the action that `X-MeshGuard-Action` names, or on the one that method and path amount to, and passes ' +
      'the request on. `X-MeshGuard-Decision: allow` marks the answers that are the target’s own.',
    access: AGENT,
    headers: CALL_HEADERS,
    answers: {
      200: { description: 'What the target answers, with its own status and headers.', headers: DECISION_HEADERS },
      ...unauthorized,
      ...malformed,
      403: json('Denied, and not passed on; or the target’s own answer.', answers.denied),
      405: failed('The gateway answers this path itself.'),
      413: failed('A call that needs approval has too large a body.'),
      502: failed('The target cannot be reached.'),
      504: failed('The target does not answer in time.'),
    },
  });
  return Object.fromEntries(PROXIED.map((method) => [proxyOperation(method), proxied(method)]));
}
