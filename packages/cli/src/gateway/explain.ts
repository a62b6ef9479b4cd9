import type { Operation } from '@sallyport/core';
import { zodDecoder } from '@sallyport/core/internal';
import { z } from 'zod';

/** Policies that are no files have no lines. */
const source = z.object({ file: z.string(), line: z.number().optional() });

const rule = z.looseObject({ action: z.string(), source: source.optional(), fired: z.boolean(), because: z.string() });

const ruleTrace = z.looseObject({
  commands: z.array(z.string()).default([]),
  policies: z.array(z.looseObject({ name: z.string(), inScope: z.boolean(), rules: z.array(rule) })),
  deciding: z.looseObject({ policy: z.string(), rule: z.number(), source: source.optional() }).optional(),
  wouldAllow: z.array(z.string()).default([]),
});

const explanation = z.looseObject({
  decision: z.string(),
  message: z.string(),
  as: z.looseObject({ agent: z.string(), credential: z.string().optional(), policy: z.string().optional() }).optional(),
  default: z.looseObject({ action: z.string(), because: z.string(), applied: z.boolean() }).optional(),
  remedies: z
    .array(z.looseObject({ what: z.string(), yaml: z.string().optional(), command: z.string().optional() }))
    .default([]),
  suggestions: z.array(z.string()).default([]),
  trace: z.unknown(),
});

/** How a call would be decided, and why; the trace in the words of its protocol. */
export type Explanation = z.infer<typeof explanation>;

/** A trace of policies that are made of rules. */
export type RuleTrace = z.infer<typeof ruleTrace>;

/** Reads a trace as one of rules; undefined when it is of another kind. */
export function asRuleTrace(trace: unknown): RuleTrace | undefined {
  return ruleTrace.safeParse(trace).data;
}

/** `POST /sallyport/v1/explain` */
export const explainCall: Operation<{ readonly dialect: string; readonly call: unknown }, Explanation> = {
  name: 'explain',
  method: 'POST',
  path: () => '/sallyport/v1/explain',
  body: (input) => input,
  auth: 'token',
  retry: 'never',
  decode: zodDecoder(explanation),
};
