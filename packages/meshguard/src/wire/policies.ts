import { compact, field } from '@sallyport/core/internal';
import { z } from 'zod';
import type { Policy, PolicyRule, PolicyTest, PolicyValidation } from '../types/index.js';

const rule = z
  .looseObject({
    id: field.text,
    name: field.text,
    effect: field.text,
    actions: z.array(z.string()).nullish(),
    reason: field.text,
    conditions: field.record,
  })
  .transform((body): PolicyRule => compact(body));

export const policy = z
  .looseObject({
    name: z.string(),
    id: field.text,
    version: field.text,
    description: field.text,
    appliesTo: field.record,
    rules: field.list(rule),
    defaultEffect: field.text,
    delegation: field.record,
  })
  .transform(({ name, rules, ...rest }): Policy => ({ ...compact(rest), name, rules }));

export const policies = z
  .object({ policies: field.list(policy) })
  .transform((body): readonly Policy[] => body.policies);

/** Findings are texts, or objects with a text in them. */
const finding = z
  .union([z.string(), z.looseObject({ message: z.string(), path: field.text })])
  .transform((said) => (typeof said === 'string' ? said : [said.path, said.message].filter(Boolean).join(': ')));

const validation = z.object({
  message: field.text,
  errors: field.list(finding),
  warnings: field.list(finding),
});

/** A policy that is refused says why in `errors`, or at least in `message`. */
export const validPolicy = validation
  .nullish()
  .transform((body): PolicyValidation => ({ valid: true, errors: [], warnings: body?.warnings ?? [] }));

export const invalidPolicy = validation.transform(
  ({ errors, message, warnings }): PolicyValidation => ({
    valid: false,
    errors: errors.length > 0 ? errors : [message || 'The gateway does not say why.'],
    warnings,
  }),
);

export const policyTest = z
  .object({
    decision: z.enum(['allow', 'deny', 'approval_required', 'require_approval']),
    allowed: field.flag,
    policy: field.text,
    rule: field.text,
    reason: field.text,
  })
  .refine(({ decision, allowed }) => (allowed ?? decision === 'allow') === (decision === 'allow'), {
    message: '"allowed" contradicts "decision"',
    path: ['allowed'],
  })
  .transform(
    ({ decision, ...body }): PolicyTest =>
      compact({
        ...body,
        decision: decision === 'require_approval' ? 'approval_required' : decision,
        allowed: decision === 'allow',
      }),
  );
