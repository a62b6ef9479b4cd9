/**
 * What a policy's denial does: `enforce` blocks; `audit` records it and lets the call pass; `bypass` asks no policy.
 *
 * @example
 * ```ts
 * import { createGateway, type MeshGuardMode } from '@sallyport/server';
 *
 * const mode: MeshGuardMode = 'audit';
 * await createGateway({ meshguard: { mode } });
 * ```
 */
export type MeshGuardMode = 'enforce' | 'audit' | 'bypass';

/**
 * What people are told about, by webhook.
 *
 * @example
 * ```ts
 * import { createGateway, type MeshGuardAlertTrigger } from '@sallyport/server';
 *
 * const on: readonly MeshGuardAlertTrigger[] = ['deny'];
 * await createGateway({ meshguard: { alerts: { webhookUrl: 'https://alerts.example.com', on } } });
 * ```
 */
export type MeshGuardAlertTrigger = 'deny' | 'error' | 'rate_limit' | 'all';

/**
 * Where alerts go. Each is a POST of JSON, signed with `X-MeshGuard-Signature` when there is a secret.
 *
 * @example
 * ```ts
 * import { createGateway, type MeshGuardAlerts } from '@sallyport/server';
 *
 * const alerts: MeshGuardAlerts = { webhookUrl: 'https://alerts.example.com/meshguard', on: ['deny'] };
 * await createGateway({ meshguard: { alerts } });
 * ```
 */
export interface MeshGuardAlerts {
  readonly webhookUrl: string;
  /** Signs the raw body with HMAC-SHA256. */
  readonly webhookSecret?: string;
  /** @defaultValue `['deny', 'error', 'rate_limit']` */
  readonly on?: readonly MeshGuardAlertTrigger[];
  /** Alerts in one minute; what exceeds it is dropped and logged. @defaultValue 10 */
  readonly perMinute?: number;
  /** @defaultValue `sallyport` */
  readonly instance?: string;
  /** @defaultValue `production` */
  readonly environment?: string;
}

/**
 * How destructive actions are held back, although a policy allows them.
 *
 * @example
 * ```ts
 * import { createGateway, type MeshGuardDestructive } from '@sallyport/server';
 *
 * const destructive: MeshGuardDestructive = { bypassForTrustTiers: ['privileged'] };
 * await createGateway({ meshguard: { destructive } });
 * ```
 */
export interface MeshGuardDestructive {
  /** @defaultValue `true` */
  readonly enabled?: boolean;
  /** Milliseconds that confirmation takes where a pattern names none. @defaultValue 30,000 */
  readonly defaultCoolingOffMs?: number;
  /** No cooling-off is longer, in milliseconds. @defaultValue 300,000 */
  readonly maxCoolingOffMs?: number;
  /** @defaultValue `true` */
  readonly requireApprovalForCritical?: boolean;
  /** Agents of these tiers are not held back. @defaultValue none */
  readonly bypassForTrustTiers?: readonly string[];
}

/**
 * What is done about an anomaly by itself.
 *
 * @example
 * ```ts
 * import { createGateway, type MeshGuardAutoAction } from '@sallyport/server';
 *
 * const high: MeshGuardAutoAction = 'throttle';
 * await createGateway({ meshguard: { autoActions: { high } } });
 * ```
 */
export type MeshGuardAutoAction = 'none' | 'alert' | 'throttle' | 'block' | 'quarantine';

/**
 * What is done about anomalies, by their severity. `throttle` slows the agent down to ten calls a minute, `block` and
 * `quarantine` deny all of them, until somebody has resolved the anomaly.
 *
 * @example
 * ```ts
 * import { createGateway, type MeshGuardAutoActions } from '@sallyport/server';
 *
 * const autoActions: MeshGuardAutoActions = { high: 'throttle', critical: 'block' };
 * await createGateway({ meshguard: { autoActions } });
 * ```
 */
export interface MeshGuardAutoActions {
  /** @defaultValue `none` */
  readonly low?: MeshGuardAutoAction;
  /** @defaultValue `alert` */
  readonly medium?: MeshGuardAutoAction;
  /** @defaultValue `alert` */
  readonly high?: MeshGuardAutoAction;
  /** @defaultValue `alert` */
  readonly critical?: MeshGuardAutoAction;
}

/**
 * How the MeshGuard dialect behaves. Everything is optional.
 *
 * @example
 * ```ts
 * import { createGateway, type MeshGuardOptions } from '@sallyport/server';
 *
 * const meshguard: MeshGuardOptions = { proxyTarget: 'https://api.example.com', policyDirectory: './policies' };
 * await createGateway({ store: 'sqlite:gateway.db', meshguard });
 * ```
 */
export interface MeshGuardOptions {
  /** @defaultValue `enforce` */
  readonly mode?: MeshGuardMode;
  /** Where `/proxy/*` leads. @defaultValue nowhere; under `dev` a small server on loopback */
  readonly proxyTarget?: string;
  /** Milliseconds until the target must have begun to answer. @defaultValue 30,000 */
  readonly proxyTimeoutMs?: number;
  /** A directory of `.yaml`, `.yml` and `.json` policies, read at start-up and by `POST /admin/policies/reload`. */
  readonly policyDirectory?: string;
  /**
   * Signs the agents' tokens: at least 32 characters.
   *
   * @defaultValue random bytes that the store keeps
   */
  readonly jwtSecret?: string;
  /**
   * Milliseconds that an agent's token is valid. The demo agent's, which `dev` prints, is valid for a year.
   *
   * @defaultValue 86,400,000: 24 hours
   */
  readonly tokenLifetimeMs?: number;
  /**
   * The token that administers every organisation: at least 16 characters without blanks.
   *
   * @defaultValue the one of an earlier start; a made one at the first start, told once in the gateway's `credentials`
   */
  readonly adminToken?: string;
  /** Milliseconds until an unanswered approval denies, and until an approved one can no longer be used. @defaultValue 3,600,000 */
  readonly approvalTimeoutMs?: number;
  /** Requests in one minute from one address; `false` for any number. @defaultValue 600; `false` under `dev` */
  readonly rateLimitRpm?: number | false;
  /** Lets anybody make an organisation with `POST /signup`. @defaultValue `false`; `true` under `dev` */
  readonly signup?: boolean;
  /** Serves the dialect's own `/metrics`. @defaultValue `false` */
  readonly metrics?: boolean;
  readonly destructive?: MeshGuardDestructive;
  readonly autoActions?: MeshGuardAutoActions;
  readonly alerts?: MeshGuardAlerts;
}
