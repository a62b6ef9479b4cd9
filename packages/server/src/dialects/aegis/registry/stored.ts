import { z } from 'zod';
import { isTimezone } from '../evaluation/windows.js';
import { clockTime, jsonObject, outcome, riskLevel } from '../schemas.js';
import type { Capability, Grant, Policy } from './model.js';

// What the store's columns of JSON have to say: who has changed them is not known, and what is decided depends on them.

type CapabilityBody = Pick<Capability, 'description' | 'riskLevel' | 'parameterSchema'>;
export const storedCapability: z.ZodType<CapabilityBody> = z.object({
  description: z.string(),
  riskLevel,
  parameterSchema: jsonObject.exactOptional(),
});

type PolicyBody = Pick<Policy, 'description' | 'rules' | 'enabled'>;
export const storedPolicy: z.ZodType<PolicyBody> = z.object({
  description: z.string(),
  rules: z
    .array(
      z.strictObject({ capability: z.string(), condition: z.string().exactOptional(), outcome, priority: z.number() }),
    )
    .min(1),
  enabled: z.boolean(),
});

type Constraints = Pick<Grant, 'timeWindow' | 'rateLimit'>;
export const storedConstraints: z.ZodType<Constraints> = z.strictObject({
  timeWindow: z
    .strictObject({ start: clockTime, end: clockTime, timezone: z.string().refine(isTimezone) })
    .exactOptional(),
  rateLimit: z.strictObject({ maxRequests: z.number(), windowSeconds: z.number() }).exactOptional(),
});
