import { z } from 'zod';
import type { OperationDocs } from '../../../http/openapi/operation.js';
import * as answers from '../responses.js';
import * as requests from '../schemas.js';
import { ANY_KEY, idempotent, json, key, missing, page, reading, scoped, writing } from './common.js';

const tag = 'AEGIS: capabilities and policies';
const read = { tag, access: ANY_KEY };
const manage = { tag, access: key('capabilities:manage'), headers: idempotent };
const author = { tag, access: key('policies:manage'), headers: idempotent, body: requests.policyRequest };

const policyExample = {
  name: 'production-deploy-confirmation',
  description: 'Somebody looks at production deploys',
  rules: [
    {
      capability: 'infrastructure.deploy',
      condition: "parameters.environment == 'production'",
      outcome: 'REQUIRE_CONFIRMATION',
      priority: 100,
    },
  ],
  enabled: true,
};

export const registry: OperationDocs = {
  listCapabilities: {
    ...read,
    summary: 'List capabilities',
    description: 'Oldest first.',
    query: z.object(page),
    answers: { 200: json('One page.', answers.capabilityList), ...reading },
  },
  registerCapability: {
    ...manage,
    summary: 'Register a capability',
    description: 'What is not registered is denied.',
    body: requests.capabilityRequest,
    example: {
      name: 'email.send',
      description: 'Send an e-mail',
      risk_level: 'high',
      parameter_schema: { type: 'object', required: ['to'] },
    },
    answers: { 201: json('Registered.', answers.capability), ...writing },
  },
  getCapability: {
    ...read,
    summary: 'Read one capability',
    description: 'By its id or by its name.',
    answers: { 200: json('The capability.', answers.capability), ...scoped, ...missing },
  },
  listPolicies: {
    ...read,
    summary: 'List policies',
    description: 'The enabled ones, oldest first.',
    query: z.object({ enabled: z.literal('all').optional(), ...page }),
    answers: { 200: json('One page.', answers.policyList), ...reading },
  },
  createPolicy: {
    ...author,
    summary: 'Create a policy',
    description: 'It counts from the next decision on. Conditions that cannot be read are refused.',
    example: policyExample,
    answers: { 201: json('Created.', answers.policy), ...writing },
  },
  getPolicy: {
    ...read,
    summary: 'Read one policy',
    description: 'Also one that is not enabled.',
    answers: { 200: json('The policy.', answers.policy), ...scoped, ...missing },
  },
  updatePolicy: {
    ...author,
    summary: 'Replace a policy',
    description: 'It counts from the next decision on.',
    example: { ...policyExample, enabled: false },
    answers: { 200: json('Replaced.', answers.policy), ...writing, ...missing },
  },
  listGrants: {
    ...read,
    summary: "List an actor's grants",
    description: 'By capability; also those that have expired.',
    query: z.object(page),
    answers: { 200: json('One page.', answers.grantList), ...reading },
  },
  createGrant: {
    ...manage,
    summary: 'Grant a capability to an actor',
    description: 'Replaces what was granted before.',
    body: requests.grantRequest,
    example: {
      capability: 'database.query',
      constraints: {
        time_window: { start: '09:00', end: '17:00', timezone: 'UTC' },
        rate_limit: { max_requests: 100, window_seconds: 3600 },
      },
    },
    answers: { 201: json('Granted.', answers.grant), ...writing, ...missing },
  },
  revokeGrant: {
    ...manage,
    summary: 'Revoke a grant',
    description: 'At once. One that is not there is no matter.',
    answers: { 204: { description: 'It is gone.' }, ...writing, ...missing },
  },
};
