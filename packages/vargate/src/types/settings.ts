/**
 * The tenant's settings; what is absent stays as it is.
 *
 * @example
 * ```ts
 * import type { SettingsParams } from '@sallyport/vargate';
 *
 * const params: SettingsParams = {
 *   webhookUrl: 'https://your-app.com/webhooks/vargate',
 *   webhookSecret: process.env['VARGATE_WEBHOOK_SECRET'] ?? '',
 *   webhookEvents: ['action.pending_approval', 'action.denied'],
 * };
 * ```
 */
export interface SettingsParams {
  /** `https:`; an empty text ends the deliveries. */
  readonly webhookUrl?: string;
  /** Signs the deliveries: as text, also when it looks like hex or base64. The gateway makes one when there is none. */
  readonly webhookSecret?: string;
  /** Some gateways deliver nothing unless this is set; absent or empty means all elsewhere. */
  readonly webhookEvents?: readonly string[];
  readonly publicDashboard?: boolean;
  readonly name?: string;
  readonly anchorChain?: string;
  readonly policyTemplate?: 'general' | 'financial' | 'email' | 'crm' | 'data_access';
  /** Overrides the template's settings, by their names. */
  readonly policyConfig?: Readonly<Record<string, unknown>>;
  /** What happens while something the gateway needs is down. */
  readonly failureConfig?: Readonly<
    Partial<Record<'opa' | 'redis' | 'blockchain', 'fail_closed' | 'fail_open' | 'fail_to_queue'>>
  >;
  /** `tool/method`: no human is asked about these. */
  readonly autoApproveTools?: readonly string[];
  readonly managedAgentsEnabled?: boolean;
}

/**
 * That the settings were changed.
 *
 * @example
 * ```ts
 * import type { SettingsUpdated } from '@sallyport/vargate';
 *
 * const generated = ({ webhookSecret }: SettingsUpdated): boolean => webhookSecret !== undefined;
 * ```
 */
export interface SettingsUpdated {
  readonly tenantId?: string;
  /** The secret in force, only when the gateway made it itself: this is the one time that it is told. */
  readonly webhookSecret?: string;
}

/**
 * Whether a test delivery arrived.
 *
 * @example
 * ```ts
 * import type { WebhookTest } from '@sallyport/vargate';
 *
 * const line = ({ delivered, webhookUrl = '' }: WebhookTest): string => `${webhookUrl}: ${delivered ? 'ok' : 'failed'}`;
 * ```
 */
export interface WebhookTest {
  readonly delivered: boolean;
  readonly webhookUrl?: string;
  readonly message?: string;
}

/**
 * How the gateway is.
 *
 * @example
 * ```ts
 * import type { GatewayHealth } from '@sallyport/vargate';
 *
 * const isUp = ({ status }: GatewayHealth): boolean => status === 'ok';
 * ```
 */
export interface GatewayHealth {
  readonly status: string;
  readonly service?: string;
  /** Everything else that the gateway says of itself. */
  readonly details: Readonly<Record<string, unknown>>;
}
