import type { ActionType } from './actions.js';

/** A JSON object as it was received. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type ActorType = 'ai-agent' | 'ai-copilot' | 'automation' | 'human';

export const ACTOR_TYPES: readonly ActorType[] = ['ai-agent', 'ai-copilot', 'automation', 'human'];

/** A proposed action, checked and complete. */
export interface Proposal {
  readonly actor: { readonly id: string; readonly type: ActorType };
  readonly capability: string;
  readonly actionType: ActionType;
  readonly resource?: string;
  /** The resource, or the capability's name where there is none. */
  readonly target: string;
  readonly parameters: Fields;
  /** As it was sent, with a session id in any case. */
  readonly context: Fields;
  readonly sessionId: string;
  readonly requestId: string;
  /** Whether the caller has chosen the request id; one of our own is nobody's to replay. */
  readonly choseRequestId: boolean;
  readonly traceId?: string;
  readonly confirmationToken?: string;
}
