/**
 * What a webhook says of a tool call.
 *
 * @example
 * ```ts
 * import type { ActionEventData } from '@sallyport/vargate';
 *
 * const line = ({ agentId = '', tool, method }: ActionEventData): string => `${agentId}: ${tool}/${method}`;
 * ```
 */
export interface ActionEventData {
  readonly actionId: string;
  readonly tool: string;
  readonly method: string;
  readonly agentId?: string;
  readonly decision?: string;
  readonly violations: readonly string[];
  readonly severity?: string;
  readonly requiresHuman?: boolean;
  readonly source?: string;
}

interface EventBase<Name extends string, Data> {
  readonly event: Name;
  /** When it happened; part of what is signed. */
  readonly timestamp: string;
  readonly data: Data;
}

/**
 * A call waits for a human, was refused or was allowed; `test.ping` is a test delivery.
 *
 * @example
 * ```ts
 * import type { ActionEvent } from '@sallyport/vargate';
 *
 * const needsHuman = ({ event }: ActionEvent): boolean => event === 'action.pending_approval';
 * ```
 */
export type ActionEvent = EventBase<
  'action.pending_approval' | 'action.denied' | 'action.allowed' | 'test.ping',
  ActionEventData
>;

/**
 * A session did something unusual.
 *
 * @example
 * ```ts
 * import type { AnomalyEvent } from '@sallyport/vargate';
 *
 * const isBad = ({ data }: AnomalyEvent): boolean => data.maxSeverity === 'critical';
 * ```
 */
export type AnomalyEvent = EventBase<
  'anomaly.detected',
  {
    readonly sessionId: string;
    readonly agentId?: string;
    readonly toolName?: string;
    readonly anomalies: readonly unknown[];
    readonly maxSeverity?: string;
    readonly source?: string;
  }
>;

/**
 * A session was interrupted, by a human or by itself.
 *
 * @example
 * ```ts
 * import type { InterruptEvent } from '@sallyport/vargate';
 *
 * const byItself = ({ data }: InterruptEvent): boolean => data.autoTriggered;
 * ```
 */
export type InterruptEvent = EventBase<
  'session.interrupted',
  {
    readonly sessionId: string;
    readonly reason: string;
    readonly autoTriggered: boolean;
    readonly anthropicInterruptSent?: boolean;
  }
>;

/**
 * An event of a kind that this client does not know, its data as it was sent.
 *
 * @example
 * ```ts
 * import type { OtherEvent } from '@sallyport/vargate';
 *
 * const line = ({ name, timestamp }: OtherEvent): string => `${timestamp} ${name}`;
 * ```
 */
export interface OtherEvent extends EventBase<'other', Readonly<Record<string, unknown>>> {
  /** Its name on the wire. */
  readonly name: string;
}

/**
 * A delivery of a webhook; tell the kinds apart by `event`.
 *
 * @example
 * ```ts
 * import type { WebhookEvent } from '@sallyport/vargate';
 *
 * const idOf = (delivery: WebhookEvent) => (delivery.event === 'action.denied' ? delivery.data.actionId : undefined);
 * ```
 */
export type WebhookEvent = ActionEvent | AnomalyEvent | InterruptEvent | OtherEvent;

/**
 * How to check a delivery.
 *
 * @example
 * ```ts
 * import type { VerifyWebhookOptions } from '@sallyport/vargate';
 *
 * const options: VerifyWebhookOptions = { maxAgeMs: 3_600_000 };
 * ```
 */
export interface VerifyWebhookOptions {
  /**
   * Milliseconds since the event beyond which a delivery is refused. Repeated deliveries keep the time of the event.
   * @defaultValue no limit: remember what was handled instead
   */
  readonly maxAgeMs?: number;
  /** Milliseconds since the epoch, for tests. */
  readonly nowMs?: number;
}
