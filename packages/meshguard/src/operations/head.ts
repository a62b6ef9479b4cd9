import type { ResponseHead } from '@sallyport/core';

const DECISION = 'x-meshguard-decision';
const TRACE_ID = 'x-meshguard-trace-id';
const POLICY = 'x-meshguard-policy';

function header({ headers }: ResponseHead, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.join(', ');
}

/** The decision that the gateway wrote on an answer; absent where it made none, or is an older one. */
export const saidDecision = (head: ResponseHead): string | undefined => header(head, DECISION)?.trim().toLowerCase();

/** The id under which the gateway recorded the call. */
export const traceIdOf = (head: ResponseHead): string | undefined => header(head, TRACE_ID) || undefined;

export const policyOf = (head: ResponseHead): string | undefined => header(head, POLICY) || undefined;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
