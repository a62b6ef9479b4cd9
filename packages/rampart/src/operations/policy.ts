import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import { TEST_NAMES } from '../option-names.js';
import type {
  AutoAllowedRule,
  GatewayHealth,
  GatewayStatus,
  LearnedRule,
  LearnRuleParams,
  PolicyList,
  PolicyReload,
  PolicySummary,
  PolicyTest,
} from '../types/index.js';
import {
  autoAllowedRules,
  deletedRule,
  gatewayHealth,
  gatewayStatus,
  learnedRule,
  policyList,
  policyReload,
  policySummary,
  policyTest,
} from '../wire/policy.js';
import { MAX_DECISION_BYTES } from './decisions.js';

const read = { method: 'GET', auth: 'token', retry: 'safe' } as const;

export const summarizePolicy: Operation<void, PolicySummary> = {
  ...read,
  name: 'rampart.policy.summary',
  path: () => '/v1/policy/summary',
  decode: zodDecoder(policySummary),
};

export const listPolicies: Operation<void, PolicyList> = {
  ...read,
  name: 'rampart.policy.list',
  path: () => '/v1/policies',
  decode: zodDecoder(policyList),
};

export const reloadPolicy: Operation<void, PolicyReload> = {
  name: 'rampart.policy.reload',
  method: 'POST',
  path: () => '/v1/policy/reload',
  auth: 'token',
  retry: 'keyed',
  decode: zodDecoder(policyReload),
};

export const listAutoAllowed: Operation<void, readonly AutoAllowedRule[]> = {
  ...read,
  name: 'rampart.rules.autoAllowed',
  path: () => '/v1/rules/auto-allowed',
  decode: zodDecoder(autoAllowedRules),
};

export const deleteAutoAllowed: Operation<string, void> = {
  name: 'rampart.rules.deleteAutoAllowed',
  method: 'DELETE',
  path: (name) => path`/v1/rules/auto-allowed/${name}`,
  auth: 'token',
  retry: 'keyed',
  decode: zodDecoder(deletedRule),
};

const decodeLearned = zodDecoder(learnedRule);

export const learnRule: Operation<LearnRuleParams, LearnedRule> = {
  name: 'rampart.rules.learn',
  method: 'POST',
  path: () => '/v1/rules/learn',
  body: (params) => ({ ...params, decision: 'allow' }),
  auth: 'token',
  retry: 'keyed',
  // The rule exists already: what was asked for is the case.
  results: [409],
  decode: (body, context) => ({ ...decodeLearned(body, context), created: context.status === 201 }),
};

export const getStatus: Operation<void, GatewayStatus> = {
  ...read,
  name: 'rampart.status',
  path: () => '/v1/status',
  decode: zodDecoder(gatewayStatus),
};

/** A command to try. */
export interface TestCall {
  readonly command: string;
  readonly tool?: string | undefined;
  readonly agent?: string | undefined;
  readonly session?: string | undefined;
}

export const testCommand: Operation<TestCall, PolicyTest> = {
  name: 'rampart.test',
  method: 'POST',
  path: () => '/v1/test',
  body: ({ command, tool, agent, session }) => ({ command, tool, agent, session }),
  auth: 'token',
  // Neither counted nor recorded: trying twice changes nothing.
  retry: 'safe',
  options: TEST_NAMES,
  decode: zodDecoder(policyTest),
};

export const getHealth: Operation<void, GatewayHealth> = {
  name: 'rampart.health',
  method: 'GET',
  path: () => '/healthz',
  auth: 'none',
  retry: 'safe',
  maxResponseBytes: MAX_DECISION_BYTES,
  decode: zodDecoder(gatewayHealth),
};

export const getMetrics: Operation<void, string> = {
  ...read,
  name: 'rampart.metrics',
  path: () => '/metrics',
  reads: 'text',
  decode: (body) => String(body),
};
