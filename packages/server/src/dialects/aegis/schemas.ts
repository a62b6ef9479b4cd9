import { z } from 'zod';
import { isTimezone } from './evaluation/windows.js';
import { isCapabilityName } from './validate.js';

const MAX_DESCRIPTION_CHARS = 4096;
const MAX_RULES = 1000;
const MAX_WINDOW_SECONDS = 30 * 24 * 60 * 60;
const MAX_REQUESTS = 1_000_000;

const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => !value.includes('\0'), 'must not contain NUL');
const description = text(MAX_DESCRIPTION_CHARS).default('');
export const jsonObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);

export const outcome = z.enum(['ALLOW', 'DENY', 'ESCALATE', 'REQUIRE_CONFIRMATION']);
export const riskLevel = z.enum(['low', 'medium', 'high', 'critical']);
const capabilityName = z.string().refine(isCapabilityName, 'must be a dot namespace in lower case: domain.operation');

/** Body of `POST /api/v1/governance/propose`, for the documentation: the engine's own checks read it. */
export const proposeRequest = z.object({
  actor: z.object({ id: z.string(), type: z.enum(['ai-agent', 'ai-copilot', 'automation', 'human']) }),
  action: z.object({
    capability: z.string().meta({ description: 'domain.operation' }),
    parameters: z.record(z.string(), z.unknown()).optional(),
    resource: z.string().optional(),
  }),
  context: z
    .object({ session_id: z.string().optional(), metadata: z.record(z.string(), z.unknown()).optional() })
    .optional(),
  request_id: z.string().optional(),
  confirmation_token: z.string().optional(),
  trace_id: z.string().optional(),
});

// What admins write: a name that nobody reads would leave out a condition or a limit, and allow more than was meant.

/** Body of `POST /api/v1/capabilities`. */
export const capabilityRequest = z.strictObject({
  name: capabilityName,
  description,
  risk_level: riskLevel.default('medium'),
  parameter_schema: jsonObject.optional().meta({ description: 'JSON Schema, 2020-12; patterns are RE2' }),
});

const rulePattern = z
  .string()
  .refine(
    (value) => value === '*' || isCapabilityName(value.endsWith('.*') ? value.slice(0, -2) : value),
    'must be the name of a capability, or a domain with .* behind it',
  );

/** Body of `POST /api/v1/policies` and `PUT /api/v1/policies/{id}`. */
export const policyRequest = z.strictObject({
  name: text(256).refine((name) => name.trim() !== '', 'must not be blank'),
  description,
  rules: z
    .array(
      z.strictObject({
        capability: rulePattern,
        condition: z.string().optional(),
        outcome,
        priority: z.int().min(-1_000_000).max(1_000_000).default(100),
      }),
    )
    .min(1, 'must hold a rule')
    .max(MAX_RULES, `must not hold more than ${MAX_RULES} rules`),
  enabled: z.boolean().default(true),
});

export const clockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');

export const constraints = z.strictObject({
  time_window: z
    .strictObject({
      start: clockTime,
      end: clockTime,
      timezone: z.string().refine(isTimezone, 'must be an IANA time zone').default('UTC'),
    })
    .refine(({ start, end }) => start !== end, 'must not start when it ends')
    .optional(),
  rate_limit: z
    .strictObject({
      max_requests: z.int().min(1).max(MAX_REQUESTS),
      window_seconds: z.int().min(1).max(MAX_WINDOW_SECONDS),
    })
    .optional(),
});

/** Body of `POST /api/v1/actors/{id}/grants`. */
export const grantRequest = z.strictObject({
  capability: capabilityName,
  constraints: constraints.default({}),
  expires_at: z.string().optional().meta({ format: 'date-time' }),
});

/** Body of `POST /api/v1/governance/escalations/{id}/respond`. */
export const respondRequest = z.object({
  decision: z.enum(['approve', 'deny'], 'must be "approve" or "deny"'),
  operator_id: z.string().max(256).optional(),
  comment: z.string().max(4096).optional(),
});

/** Body of `POST /api/v1/governance/decisions/{id}/execution`. */
export const executionRequest = z.object({
  status: z.enum(['completed', 'failed', 'timeout', 'permission_denied', 'aborted_by_user']),
  result_summary: z.string().max(500).optional(),
  duration_ms: z.number().nonnegative().max(1e12).optional(),
  completed_at: z.string().optional().meta({ format: 'date-time' }),
});
