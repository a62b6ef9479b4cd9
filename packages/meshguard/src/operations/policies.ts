import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import type { Policy, PolicyDocument, PolicyTest, PolicyValidation, TestPolicyParams } from '../types/index.js';
import { invalidPolicy, policies, policy, policyTest, validPolicy } from '../wire/policies.js';

const decodePolicy = zodDecoder(policy);
const decodeValid = zodDecoder(validPolicy);
const decodeInvalid = zodDecoder(invalidPolicy);
const utf8 = new TextEncoder();

/** A text travels as it is; what it is, its content type says. */
const documentBody = (document: PolicyDocument) => (typeof document === 'string' ? utf8.encode(document) : document);

/** The content type of a document; undefined for an object, which goes out as JSON. */
export function documentType(document: PolicyDocument): string | undefined {
  if (typeof document !== 'string') return undefined;
  return document.trimStart().startsWith('{') ? 'application/json' : 'application/yaml';
}

export const listPolicies: Operation<void, readonly Policy[]> = {
  name: 'meshguard.listPolicies',
  method: 'GET',
  path: () => '/admin/policies',
  auth: 'admin',
  retry: 'safe',
  decode: zodDecoder(policies),
};

export const getPolicy: Operation<string, Policy> = {
  name: 'meshguard.getPolicy',
  method: 'GET',
  path: (name) => path`/admin/policies/${name}`,
  auth: 'admin',
  retry: 'safe',
  decode: decodePolicy,
};

export const applyPolicy: Operation<PolicyDocument, Policy> = {
  name: 'meshguard.applyPolicy',
  method: 'POST',
  path: () => '/admin/policies',
  body: documentBody,
  auth: 'admin',
  retry: 'keyed',
  decode: decodePolicy,
};

export const validatePolicy: Operation<PolicyDocument, PolicyValidation> = {
  name: 'meshguard.validatePolicy',
  method: 'POST',
  path: () => '/admin/policies/validate',
  body: documentBody,
  auth: 'admin',
  // Nothing changes by asking twice.
  retry: 'safe',
  results: [400, 422],
  decode: (body, context) => (context.status < 300 ? decodeValid(body, context) : decodeInvalid(body, context)),
};

export const testPolicy: Operation<TestPolicyParams, PolicyTest> = {
  name: 'meshguard.testPolicy',
  method: 'POST',
  path: () => '/admin/policies/test',
  body: ({ policy: tried, agentId, action, resource, context }) => ({
    policy: tried,
    agentId,
    action,
    resource,
    context,
  }),
  auth: 'admin',
  retry: 'safe',
  decode: zodDecoder(policyTest),
};

export const deletePolicy: Operation<string, void> = {
  name: 'meshguard.deletePolicy',
  method: 'DELETE',
  path: (name) => path`/admin/policies/${name}`,
  auth: 'admin',
  retry: 'keyed',
  decode: () => {},
};
