import { PolicyDeniedError as CorePolicyDeniedError } from '@sallyport/core';
import { adopted } from './connection.js';
import { PolicyDeniedError } from './errors.js';
import type { DeniedCall } from './types/index.js';

const TEXTS = ['actionId', 'tool', 'method', 'severity', 'alertTier'] as const satisfies readonly (keyof DeniedCall)[];

function isDeniedCall(native: unknown): native is DeniedCall {
  if (typeof native !== 'object' || native === null) return false;
  const isText = (name: string): boolean => typeof Reflect.get(native, name) === 'string';
  return (
    Reflect.get(native, 'outcome') === 'denied' &&
    TEXTS.every(isText) &&
    Array.isArray(Reflect.get(native, 'violations'))
  );
}

const nativeOf = (decision: unknown): unknown =>
  typeof decision === 'object' && decision !== null && 'native' in decision ? decision.native : undefined;

/** Rejects with what `govern` of core threw: a refusal by policy under its own name here, the rest as one of the family. */
export function rejectGoverned(thrown: unknown): never {
  const native = thrown instanceof CorePolicyDeniedError ? nativeOf(thrown.decision) : undefined;
  if (!isDeniedCall(native)) throw adopted(thrown);
  throw new PolicyDeniedError(native, { gateway: 'vargate', operation: 'vargate.govern' });
}
