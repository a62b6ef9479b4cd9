import { ConfigurationError } from '@sallyport/core';
import type {
  MeshGuardAlerts,
  MeshGuardAutoAction,
  MeshGuardAutoActions,
  MeshGuardDestructive,
  MeshGuardMode,
  MeshGuardOptions,
} from './options.js';
import { tierLevel } from './policy/tiers.js';

const HOUR_MS = 60 * 60 * 1000;
const MAX_MS = 365 * 24 * HOUR_MS;
const MODES: readonly MeshGuardMode[] = ['enforce', 'audit', 'bypass'];
const TRIGGERS: ReadonlySet<string> = new Set(['deny', 'error', 'rate_limit', 'all']);
const AUTO_ACTIONS: readonly MeshGuardAutoAction[] = ['none', 'alert', 'throttle', 'block', 'quarantine'];
const MIN_SECRET_CHARS = 32;
const MIN_TOKEN_CHARS = 16;

/** What the tokens begin with that the gateway makes itself. */
export const ADMIN_PREFIX = 'msat_';
export const API_KEY_PREFIX = 'msk_';

/** The options, checked and complete. */
export interface Settings {
  readonly mode: MeshGuardMode;
  readonly proxyTarget: URL | undefined;
  readonly proxyTimeoutMs: number;
  readonly policyDirectory: string | undefined;
  readonly jwtSecret: string | undefined;
  readonly tokenLifetimeMs: number;
  readonly adminToken: string | undefined;
  readonly approvalTimeoutMs: number;
  readonly rateLimitRpm: number | undefined;
  readonly signup: boolean;
  readonly metrics: boolean;
  readonly destructive: Required<MeshGuardDestructive>;
  readonly autoActions: Required<MeshGuardAutoActions>;
  readonly alerts:
    | (Required<Omit<MeshGuardAlerts, 'webhookSecret'>> & Pick<MeshGuardAlerts, 'webhookSecret'>)
    | undefined;
}

/** @throws ConfigurationError that names the option and what it may be. */
export function readSettings(options: MeshGuardOptions, dev: boolean): Settings {
  const { mode = 'enforce', jwtSecret, adminToken, policyDirectory, alerts } = options;
  if (!MODES.includes(mode)) throw invalid('mode', `one of ${MODES.join(', ')}`);
  if (jwtSecret !== undefined && jwtSecret.length < MIN_SECRET_CHARS) {
    throw invalid('jwtSecret', `at least ${MIN_SECRET_CHARS} characters`);
  }
  if (adminToken !== undefined) checkAdminToken(adminToken);
  const { rateLimitRpm = dev ? false : 600 } = options;
  return {
    mode,
    proxyTarget: targetOf(options.proxyTarget),
    proxyTimeoutMs: duration('proxyTimeoutMs', options.proxyTimeoutMs ?? 30_000),
    policyDirectory,
    jwtSecret,
    tokenLifetimeMs: duration('tokenLifetimeMs', options.tokenLifetimeMs ?? 24 * HOUR_MS),
    adminToken,
    approvalTimeoutMs: duration('approvalTimeoutMs', options.approvalTimeoutMs ?? HOUR_MS),
    rateLimitRpm: rateLimitRpm === false ? undefined : positive('rateLimitRpm', rateLimitRpm),
    signup: options.signup ?? dev,
    metrics: options.metrics ?? false,
    destructive: destructiveOf(options.destructive ?? {}),
    autoActions: autoActionsOf(options.autoActions ?? {}),
    alerts: alerts && alertsOf(alerts),
  };
}

function targetOf(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (url === undefined || !plain || !['http:', 'https:'].includes(url.protocol)) {
    throw invalid('proxyTarget', 'an http or https URL without credentials, query and fragment');
  }
  return url;
}

function destructiveOf(given: MeshGuardDestructive): Required<MeshGuardDestructive> {
  const { enabled = true, requireApprovalForCritical = true, bypassForTrustTiers = [] } = given;
  if (!bypassForTrustTiers.every((tier) => tierLevel(tier) !== undefined)) {
    throw invalid('destructive.bypassForTrustTiers', 'a list of trust tiers');
  }
  return {
    enabled,
    requireApprovalForCritical,
    bypassForTrustTiers,
    defaultCoolingOffMs: duration('destructive.defaultCoolingOffMs', given.defaultCoolingOffMs ?? 30_000),
    maxCoolingOffMs: duration('destructive.maxCoolingOffMs', given.maxCoolingOffMs ?? 300_000),
  };
}

function autoActionsOf(given: MeshGuardAutoActions): Required<MeshGuardAutoActions> {
  const { low = 'none', medium = 'alert', high = 'alert', critical = 'alert' } = given;
  const actions = { low, medium, high, critical };
  for (const [severity, action] of Object.entries(actions)) {
    if (!AUTO_ACTIONS.includes(action)) throw invalid(`autoActions.${severity}`, `one of ${AUTO_ACTIONS.join(', ')}`);
  }
  return actions;
}

function alertsOf(given: MeshGuardAlerts): NonNullable<Settings['alerts']> {
  const { webhookUrl, webhookSecret, on = ['deny', 'error', 'rate_limit'] } = given;
  if (!/^https?:\/\/[^/]/.test(webhookUrl) || !URL.canParse(webhookUrl)) {
    throw invalid('alerts.webhookUrl', 'an http or https URL');
  }
  if (!on.every((trigger) => TRIGGERS.has(trigger))) throw invalid('alerts.on', `out of ${[...TRIGGERS].join(', ')}`);
  if (webhookSecret === '') throw invalid('alerts.webhookSecret', 'left out, or not empty');
  return {
    webhookUrl,
    ...(webhookSecret !== undefined && { webhookSecret }),
    on,
    perMinute: positive('alerts.perMinute', given.perMinute ?? 10),
    instance: given.instance ?? 'sallyport',
    environment: given.environment ?? 'production',
  };
}

/** A token of the gateway's own making must not become the admin's because it was left in a shell. */
function checkAdminToken(token: string): void {
  if (token.length < MIN_TOKEN_CHARS || /[^\x21-\x7e]/.test(token)) {
    throw invalid('adminToken', `at least ${MIN_TOKEN_CHARS} visible ASCII characters without blanks`);
  }
  if ([ADMIN_PREFIX, API_KEY_PREFIX, 'meshguard_'].some((prefix) => token.startsWith(prefix))) {
    throw invalid('adminToken', `a secret of your own: tokens that begin like this are made by the gateway`);
  }
}

function duration(option: string, value: number): number {
  if (Number.isInteger(value) && value > 0 && value <= MAX_MS) return value;
  throw invalid(option, `whole milliseconds from 1 to ${MAX_MS}`);
}

function positive(option: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw invalid(option, 'a whole number from 1 up');
}

/** An option that cannot be used. */
export function invalid(option: string, wanted: string): ConfigurationError {
  return new ConfigurationError(`meshguard.${option} must be ${wanted}.`);
}
