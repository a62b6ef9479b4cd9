import type { ProposedAction } from '@sallyport/core';
import type { VargateAgent } from './types/index.js';

/**
 * A proposed action in Vargate's words.
 *
 * @example
 * ```ts
 * import type { VargateCall } from '@sallyport/vargate';
 *
 * const call: VargateCall = { tool: 'gmail', method: 'send_email', params: { to: 'user@example.com' } };
 * ```
 */
export interface VargateCall {
  /** 1 to 256 of `A-Z a-z 0-9 _ - . : /`. */
  readonly tool: string;
  /** 1 to 128 of `A-Z a-z 0-9 _ - .`. */
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Overrides the client's agent, field by field. */
  readonly agent?: VargateAgent;
}

/** `tool`/`operation` (`execute` without one), with the input, and the resource where there is one, as params. */
export function defaultCall({ tool, operation = 'execute', input, resource, agent }: ProposedAction): VargateCall {
  return {
    tool,
    method: operation,
    params: resource === undefined ? input : { resource, ...input },
    ...(agent !== undefined && { agent: { id: agent } }),
  };
}
