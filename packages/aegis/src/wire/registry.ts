import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type {
  Capability,
  CapabilityPage,
  Grant,
  GrantConstraints,
  GrantPage,
  Policy,
  PolicyPage,
} from '../types/index.js';
import { page } from './decisions.js';

export const capability = z
  .object({
    id: field.text,
    name: z.string(),
    description: field.orEmpty,
    risk_level: field.orEmpty,
    parameter_schema: field.orEmptyRecord,
    created_at: field.text,
  })
  .transform(
    (body): Capability =>
      compact({
        id: body.id ?? body.name,
        name: body.name,
        description: body.description,
        riskLevel: body.risk_level,
        parameterSchema: body.parameter_schema,
        createdAt: body.created_at,
      }),
  );

export const capabilityPage = z
  .object({ capabilities: field.list(capability), ...page })
  .transform((body): CapabilityPage => compact(body));

const rule = z
  .object({
    capability: z.string(),
    condition: field.text,
    outcome: z.enum(['ALLOW', 'DENY', 'ESCALATE', 'REQUIRE_CONFIRMATION']),
    priority: field.number,
  })
  .transform((body): Policy['rules'][number] => compact(body));

export const policy = z
  .object({
    id: z.string(),
    name: z.string(),
    description: field.orEmpty,
    rules: field.list(rule),
    enabled: field.flag.transform((enabled) => enabled ?? true),
    version: z.union([z.number(), z.string()]).nullish(),
    created_at: field.text,
    updated_at: field.text,
  })
  .transform(
    ({ created_at, updated_at, ...body }): Policy => compact({ ...body, createdAt: created_at, updatedAt: updated_at }),
  );

export const policyPage = z
  .object({ policies: field.list(policy), ...page })
  .transform((body): PolicyPage => compact(body));

const constraints = z
  .object({
    time_window: z
      .object({ start: z.string(), end: z.string(), timezone: field.text })
      .transform((window) => compact(window))
      .nullish(),
    rate_limit: z
      .object({ max_requests: z.number(), window_seconds: z.number() })
      .transform((limit) => ({ maxRequests: limit.max_requests, windowSeconds: limit.window_seconds }))
      .nullish(),
  })
  .transform((body): GrantConstraints => compact({ timeWindow: body.time_window, rateLimit: body.rate_limit }));

export const grant = z
  .object({
    actor_id: field.text,
    capability: z.string(),
    constraints: constraints.nullish(),
    expires_at: field.text,
    created_at: field.text,
    granted_at: field.text,
  })
  .transform(
    (body): Grant =>
      compact({
        actorId: body.actor_id,
        capability: body.capability,
        constraints: body.constraints,
        expiresAt: body.expires_at,
        createdAt: body.created_at ?? body.granted_at,
      }),
  );

/** The documents do not show the list: under its name, or bare. */
export const grantPage = z
  .union([z.object({ grants: z.array(grant), ...page }), z.array(grant).transform((grants) => ({ grants }))])
  .transform((body): GrantPage => compact(body));
