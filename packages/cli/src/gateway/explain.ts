import type { Operation } from '@sallyport/core';
import { zodDecoder } from '@sallyport/core/internal';
import { z } from 'zod';

const source = z.object({ file: z.string(), line: z.number() });

const trace = z.looseObject({
  commands: z.array(z.string()),
  policies: z.array(
    z.looseObject({
      name: z.string(),
      inScope: z.boolean(),
      rules: z.array(z.looseObject({ action: z.string(), source, fired: z.boolean(), because: z.string() })),
    }),
  ),
  deciding: z.looseObject({ policy: z.string(), rule: z.number(), source }).optional(),
  wouldAllow: z.array(z.string()),
});

const explanation = z.looseObject({
  decision: z.string(),
  message: z.string(),
  as: z.looseObject({ agent: z.string(), credential: z.string().optional(), policy: z.string().optional() }).optional(),
  default: z.looseObject({ action: z.string(), because: z.string(), applied: z.boolean() }).optional(),
  remedies: z
    .array(z.looseObject({ what: z.string(), yaml: z.string().optional(), command: z.string().optional() }))
    .default([]),
  trace: trace.optional(),
});

/** How a call would be decided, and why. */
export type Explanation = z.infer<typeof explanation>;

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
