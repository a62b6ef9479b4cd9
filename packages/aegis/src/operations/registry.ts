import type { Operation } from '@sallyport/core';
import { path, zodDecoder } from '@sallyport/core/internal';
import type {
  Capability,
  CapabilityPage,
  Grant,
  GrantConstraints,
  GrantPage,
  GrantParams,
  PageQuery,
  Policy,
  PolicyPage,
  PolicyParams,
  RegisterCapabilityParams,
} from '../types/index.js';
import { capability, capabilityPage, grant, grantPage, policy, policyPage } from '../wire/registry.js';

const read = { method: 'GET', auth: 'key', retry: 'safe' } as const;
const write = { method: 'POST', auth: 'key', retry: 'keyed' } as const;
const ofPage = { ...read, query: ({ limit, cursor }: PageQuery) => ({ limit, cursor }) };

const decodePolicy = zodDecoder(policy);

export const listCapabilities: Operation<PageQuery, CapabilityPage> = {
  ...ofPage,
  name: 'aegis.capabilities.list',
  path: () => '/api/v1/capabilities',
  decode: zodDecoder(capabilityPage),
};

export const getCapability: Operation<string, Capability> = {
  ...read,
  name: 'aegis.capabilities.get',
  path: (id) => path`/api/v1/capabilities/${id}`,
  decode: zodDecoder(capability),
};

export const registerCapability: Operation<RegisterCapabilityParams, Capability> = {
  ...write,
  name: 'aegis.capabilities.register',
  path: () => '/api/v1/capabilities',
  body: ({ name, description, riskLevel, parameterSchema }) => ({
    name,
    description,
    risk_level: riskLevel,
    parameter_schema: parameterSchema,
  }),
  decode: zodDecoder(capability),
};

export const listPolicies: Operation<PageQuery, PolicyPage> = {
  ...ofPage,
  name: 'aegis.policies.list',
  path: () => '/api/v1/policies',
  decode: zodDecoder(policyPage),
};

const policyBody = ({ name, description, rules, enabled = true }: PolicyParams) => ({
  name,
  description,
  rules: rules.map(({ capability: on, condition, outcome, priority }) => ({
    capability: on,
    condition,
    outcome,
    priority,
  })),
  enabled,
});

export const createPolicy: Operation<PolicyParams, Policy> = {
  ...write,
  name: 'aegis.policies.create',
  path: () => '/api/v1/policies',
  body: policyBody,
  decode: decodePolicy,
};

/** A policy's id, and what it is to be. */
export interface PolicyUpdate extends PolicyParams {
  readonly id: string;
}

export const updatePolicy: Operation<PolicyUpdate, Policy> = {
  ...write,
  method: 'PUT',
  name: 'aegis.policies.update',
  path: ({ id }) => path`/api/v1/policies/${id}`,
  body: policyBody,
  decode: decodePolicy,
};

/** Whose grants, and which page of them. */
export interface GrantQuery extends PageQuery {
  readonly actorId: string;
}

export const listGrants: Operation<GrantQuery, GrantPage> = {
  ...ofPage,
  name: 'aegis.grants.list',
  path: ({ actorId }) => path`/api/v1/actors/${actorId}/grants`,
  decode: zodDecoder(grantPage),
};

const constraintsBody = ({ timeWindow, rateLimit }: GrantConstraints) => ({
  time_window: timeWindow,
  rate_limit: rateLimit && { max_requests: rateLimit.maxRequests, window_seconds: rateLimit.windowSeconds },
});

/** A grant, and to whom. */
export interface NewGrant extends GrantParams {
  readonly actorId: string;
}

export const createGrant: Operation<NewGrant, Grant> = {
  ...write,
  name: 'aegis.grants.create',
  path: ({ actorId }) => path`/api/v1/actors/${actorId}/grants`,
  body: ({ capability: granted, constraints, expiresAt }) => ({
    capability: granted,
    constraints: constraints && constraintsBody(constraints),
    expires_at: expiresAt,
  }),
  decode: zodDecoder(grant),
};

/** Which grant to end. */
export interface GrantRevocation {
  readonly actorId: string;
  readonly capability: string;
}

export const revokeGrant: Operation<GrantRevocation, void> = {
  ...write,
  method: 'DELETE',
  name: 'aegis.grants.revoke',
  path: ({ actorId, capability: granted }) => path`/api/v1/actors/${actorId}/grants/${granted}`,
  decode: () => {},
};
