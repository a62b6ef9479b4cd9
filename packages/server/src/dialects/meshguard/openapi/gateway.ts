import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as requests from '../schemas.js';
import { ADMIN, down, failed, guarded, json, malformed } from './common.js';
import * as answers from './gateway-answers.js';

/** What the gateway says about itself. */
export function publicOperations(): OperationDocs {
  const tag = 'MeshGuard: gateway';
  return {
    health: {
      tag,
      summary: 'Health',
      answers: { 200: json('Healthy.', answers.health), 503: json('Unhealthy.', answers.health) },
    },
    ready: {
      tag,
      summary: 'Readiness',
      answers: { 200: json('Ready.', answers.ready), 503: json('Not ready.', answers.ready) },
    },
    about: { tag, summary: 'What this is', answers: { 200: json('The gateway.', answers.about) } },
    info: {
      tag,
      summary: 'How the gateway is set up',
      access: ADMIN,
      answers: { 200: json('The gateway.', answers.info), ...guarded },
    },
    metrics: {
      tag,
      summary: 'Measurements',
      answers: { 200: { description: 'In the Prometheus text format.', contentType: 'text/plain' } },
    },
    signup: {
      tag,
      summary: 'Make an organisation',
      description: 'Its credentials are told here, and never again.',
      body: requests.signupRequest,
      answers: {
        201: json('The organisation.', answers.signedUp),
        ...malformed,
        ...down,
        404: failed('Organisations are not made here.'),
      },
    },
  };
}
